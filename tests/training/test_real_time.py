"""Time on real pay, with the shipped choices: a static model holds, a recalibrated one better."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from data.recognition import Recogniser
from data.stages import Stages
from training.backtest import Backtest, backtest
from training.config import Config
from training.gather import Wanted, gather
from training.replay import Pace

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def found(real_data: Path) -> Backtest:
    wanted = [Wanted.parse(f"levels_fyi={real_data / 'levels_fyi.parquet'}")]
    pooled = gather(wanted, Recogniser(Stages()), date(2026, 11, 1), lambda _: None)
    cuts = [date(2021, 1, 1)]
    # A whole fit: a quick one of few trees covers less, at once and later (76.3 and 87.0 %).
    return backtest(pooled.loaded.records, Config(), cuts, Pace(), lambda _: None)


@pytest.mark.parametrize(
    ("method", "least_80", "least_90"), [("static", 0.77, 0.87), ("recalibrated", 0.785, 0.885)]
)
def test_intervals_hold_on_the_eight_months_after_the_fit(
    found: Backtest, method: str, least_80: float, least_90: float
) -> None:
    own = found.overall.filter(pl.col("method") == method)
    assert own["n"].item() > 18_000
    assert own["coverage_80"].item() >= least_80
    assert own["coverage_90"].item() >= least_90
