"""Months after a model's last one, each judged with what was known on its first day."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.model import CompensationModel
from tests.records import make_records
from training.evaluate import evaluate
from training.replay import METHODS, Pace, replay

MONTHS = [date(2026, month, 15) for month in range(1, 7)]


@pytest.fixture(scope="module")
def later() -> pl.DataFrame:
    """Six months of 700 people each, paid 15 % more than the truth the model has learned."""
    records = make_records(4200, seed=21)
    days = pl.Series("observed_on", [MONTHS[row % 6] for row in range(4200)])
    return records.with_columns(days, pl.col("pay_usd") * 1.15)


@pytest.fixture(scope="module")
def months(model: CompensationModel, later: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(replay(model, later, Pace(window=2, delay=1)))


@given(st.integers(1, 12), st.integers(0, 6), st.integers(0, 400))
def test_no_outcome_is_used_before_it_is_known(window: int, delay: int, month: int) -> None:
    every = np.arange(400)
    known = every[Pace(window, delay).known(every, month)]
    assert len(known) <= window
    assert (known + delay < month).all()


def test_the_first_months_have_no_outcomes_and_are_judged_as_they_are(months: pl.DataFrame) -> None:
    known = months.filter(pl.col("method") == "static")["outcomes"].to_list()
    assert known == [0, 0, 700, 1400, 1400, 1400]
    for month in MONTHS[:2]:
        rows = months.filter(pl.col("month") == month.replace(day=1))
        still, fresh = (rows.filter(pl.col("method") == of) for of in ("static", "recalibrated"))
        assert still.drop("method").equals(fresh.drop("method"))


def test_recalibration_takes_most_of_a_shift_away(months: pl.DataFrame) -> None:
    last = months.filter(pl.col("month") == date(2026, 6, 1))
    left = dict(last.select("method", "mean_residual").iter_rows())
    assert left["static"] == pytest.approx(np.log(1.15), abs=0.05)
    # 1,400 outcomes count 7/8, so an eighth is left.
    assert left["recalibrated"] == pytest.approx(np.log(1.15) / 8, abs=0.03)
    loss = dict(last.select("method", "pinball_loss").iter_rows())
    assert loss["recalibrated"] < loss["static"]


def test_widening_moves_no_median_and_covers_more(months: pl.DataFrame) -> None:
    by = {name: months.filter(pl.col("method") == name) for name in METHODS}
    for still, wide in (("static", "widened"), ("recalibrated", "both")):
        assert by[still]["mean_residual"].equals(by[wide]["mean_residual"])
        assert (by[wide]["coverage_80"] >= by[still]["coverage_80"]).all()
        assert (by[wide]["coverage_90"] >= by[still]["coverage_90"]).all()


def test_widened_is_what_the_served_model_answers(
    model: CompensationModel, later: pl.DataFrame, months: pl.DataFrame
) -> None:
    own = months.filter(pl.col("method") == "widened")
    for month, n, coverage, loss in own.select(
        "month", "n", "coverage_80", "pinball_loss"
    ).iter_rows():
        served = evaluate(model, later.filter(pl.col("observed_on").dt.month() == month.month))
        assert served.metrics["records"] == n
        assert served.metrics["coverage_80"] == pytest.approx(coverage)
        assert served.metrics["pinball_loss"] == pytest.approx(loss)
