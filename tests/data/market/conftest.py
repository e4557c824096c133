"""The reference market of the default size, drawn once, and loaded once."""

from datetime import date

import polars as pl
import pytest

from data.load import Loaded, load_rows
from data.market import MARKET, generate
from data.market.generate import draw
from data.recognition import Recogniser
from data.stages import Stages


@pytest.fixture(scope="session")
def people() -> pl.DataFrame:
    """Everything that was drawn for the default market, with total pay."""
    return draw(40_000, 0).with_columns(total=pl.sum_horizontal("base", "bonus", "equity"))


@pytest.fixture(scope="session")
def market() -> pl.DataFrame:
    """The default market as a source gives it."""
    return generate()


@pytest.fixture(scope="session")
def loaded(market: pl.DataFrame) -> Loaded:
    """The default market as records."""
    return load_rows(MARKET, market, Recogniser(Stages()), date(2026, 6, 30))
