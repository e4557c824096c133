from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from data.errors import TrainingError
from tests.conftest import SMALL
from tests.records import make_records
from training.backtest import (
    Backtest,
    backtest,
    cuts_of,
    drift_yearly,
    length,
    overall,
    split_at,
    tables,
)
from training.plots import backtest_plot
from training.replay import METHODS, Pace

TINY = replace(SMALL, max_rounds=15, patience=5, scale_rounds=8, small_rounds=5)


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def found(told: list[str]) -> Backtest:
    records = make_records(2000, seed=3)
    return backtest(records, TINY, cuts_of(records, [0.5, 0.8]), Pace(), told.append)


def test_cuts_are_first_days_of_months_in_order_and_once_each() -> None:
    records = make_records(500)
    assert cuts_of(records, [0.9, 0.5, 0.501]) == sorted(cuts_of(records, [0.5, 0.9]))
    assert {cut.day for cut in cuts_of(records, [0.2, 0.4, 0.6])} == {1}
    # Nothing lies before the first month.
    assert cuts_of(records, [0.01]) == [date(2024, 2, 1)]


def test_records_of_one_month_cannot_be_replayed() -> None:
    records = make_records(50).with_columns(observed_on=pl.lit(date(2025, 3, 9)))
    with pytest.raises(TrainingError, match="all 50 records are of March 2025"):
        cuts_of(records, [0.8])


def test_nobody_is_on_both_sides_of_a_cut() -> None:
    records = make_records(400).with_columns(
        group_id=pl.Series([f"group {row % 300}" for row in range(400)])
    )
    split = split_at(records, date(2025, 6, 1))
    assert split.train["observed_on"].max() < date(2025, 6, 1) <= split.test["observed_on"].min()  # type: ignore[operator]
    assert not set(split.train["group_id"]) & set(split.test["group_id"])


def test_every_step_is_told(found: Backtest, told: list[str]) -> None:
    cuts = found.months["cut"].unique().to_list()
    assert len(told) == length(TINY, cuts)
    assert told[-1] == f"before {max(cuts):%Y-%m}: judging the months after"


def test_every_later_month_is_judged_by_every_method(found: Backtest) -> None:
    for (cut,), months in found.months.group_by("cut"):
        assert months["month"].min() == cut
        counted = months.group_by("month").agg(pl.col("method"))
        assert all(methods == list(METHODS) for methods in counted["method"].to_list())
        records = make_records(2000, seed=3).filter(pl.col("observed_on") >= cut).height
        assert months.filter(pl.col("method") == "static")["n"].sum() == records


def test_the_whole_weighs_months_by_their_records(found: Backtest) -> None:
    (cut, *_) = found.overall["cut"].to_list()
    own = found.months.filter((pl.col("cut") == cut) & (pl.col("method") == "both"))
    row = found.overall.filter((pl.col("cut") == cut) & (pl.col("method") == "both"))
    expected = np.average(own["coverage_90"].to_numpy(), weights=own["n"].to_numpy())
    assert row["coverage_90"].item() == pytest.approx(expected)


def walked(drift: float, walks: int, n: int = 1000) -> pl.DataFrame:
    """Months of residuals around a random walk of ``drift`` a year."""
    rng = np.random.default_rng(0)
    steps = drift * np.sqrt(1 / 12) * rng.normal(size=(walks, 12))
    means = np.cumsum(steps, axis=1) + 0.25 / np.sqrt(n) * rng.normal(size=(walks, 12))
    years = np.tile(np.arange(1, 13) / 12, walks)
    return pl.DataFrame(
        {
            "method": "static",
            "n": n,
            "years": years,
            "mean_residual": means.ravel(),
            "variance": 0.25**2,
        }
    )


@pytest.mark.parametrize("drift", [0.03, 0.06])
def test_the_drift_of_a_random_walk_is_found(drift: float) -> None:
    # The square is a mean over 400 walks, whose months move together: a relative standard error of
    # at most sqrt(2 / 400), 7 %, so 3.5 % of the drift, here times four.
    assert drift_yearly(walked(drift, 400)) == pytest.approx(drift, rel=0.14)


def test_chance_alone_is_hardly_a_drift() -> None:
    assert drift_yearly(walked(0.0, 400)) < 0.005


def test_months_with_few_records_tell_no_drift() -> None:
    assert np.isnan(drift_yearly(walked(0.05, 4, n=150)))


def test_the_tables_hold_every_month_and_the_whole(found: Backtest) -> None:
    lines = tables(found).splitlines()
    months = found.months.select("cut", "month").unique().height
    assert sum(line.startswith("| 202") for line in lines) == months
    assert sum(line.startswith("| all | ") for line in lines) == 2
    (header, *_) = (line for line in lines if line.startswith("| month"))
    assert header == f"| month | records | outcomes | {' | '.join(METHODS)} |"


def test_the_plot_has_two_panels_a_cut_and_a_line_a_method(found: Backtest) -> None:
    figure = backtest_plot(found.months)
    assert isinstance(figure, Figure)
    assert len(figure.axes) == 4
    for axes in figure.axes:
        assert [line.get_label() for line in axes.lines[1:]] == list(METHODS)


def test_overall_keeps_cuts_and_methods_apart(found: Backtest) -> None:
    assert overall(found.months).height == 2 * len(METHODS)
