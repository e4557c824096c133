"""A model of more people than most tests need, so that chance says little."""

from dataclasses import replace

import polars as pl
import pytest

from serving.model import CompensationModel
from tests.conftest import SMALL
from tests.records import make_records
from training.fit import fit

MANY = 12_000
KEPT_BACK = 0.3
"""Share of the many on which the calibration's scalar is measured."""

FRESH = 20_000


@pytest.fixture(scope="session")
def measured_model() -> CompensationModel:
    """A model whose calibration was measured on thousands."""
    config = replace(SMALL, max_rounds=300, scalar_share=KEPT_BACK)
    return fit(make_records(MANY), config, lambda _: None).model


@pytest.fixture(scope="session")
def fresh() -> pl.DataFrame:
    """People nobody has seen, drawn as those the models learned from."""
    return make_records(FRESH, seed=1234)
