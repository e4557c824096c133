"""Beyond the last month known: wider by a random walk's variance, and the median where it was."""

import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.record import INPUT_TYPES
from serving.horizon import (
    DRIFT_YEARLY,
    SCALE_DRIFT,
    widened,
    widened_one,
    years_beyond,
    years_beyond_each,
)
from serving.model import CompensationModel
from serving.telling import unseen
from tests.records import make_records

DAYS = st.none() | st.dates(date(1990, 1, 1), date(2060, 12, 31))
STANDING = st.sampled_from([math.nan, *(2015 + month / 12 for month in range(240))])
DRIFTS = st.sampled_from([DRIFT_YEARLY, SCALE_DRIFT, 0.0])
LEVELS = (0.05, 0.1, 0.5, 0.9, 0.95)


def test_the_drift_is_the_one_that_was_measured() -> None:
    assert DRIFT_YEARLY == 0.056
    assert pytest.approx(0.04468, abs=1e-5) == SCALE_DRIFT


def test_up_to_the_last_month_known_nothing_is_beyond() -> None:
    assert years_beyond(date(2026, 7, 31), 2026.5) == 0
    assert years_beyond(date(2001, 1, 1), 2026.5) == 0
    assert years_beyond(None, 2026.5) == 0
    assert years_beyond(date(2026, 7, 31), math.nan) == 0
    assert years_beyond(date(2027, 7, 1), 2026.5) == 1


@given(st.lists(DAYS, min_size=1, max_size=20), STANDING)
def test_many_days_lie_as_far_beyond_as_each_alone(days: list[date | None], year: float) -> None:
    many = years_beyond_each(pl.Series(days, dtype=pl.Date), year)
    assert many.tolist() == [years_beyond(day, year) for day in days]


@given(st.lists(st.tuples(st.floats(1e-4, 5), st.floats(0, 60)), min_size=1, max_size=20), DRIFTS)
def test_many_deviations_widen_as_each_alone_and_never_narrow(
    rows: list[tuple[float, float]], drift: float
) -> None:
    deviation, years = np.array(rows).T
    many = widened(deviation, years, drift)
    assert many.tolist() == [widened_one(of, after, drift) for of, after in rows]
    # A square and its root lose at most a unit in the last place.
    assert (many >= deviation * (1 - 1e-15)).all()
    np.testing.assert_array_equal(widened(deviation, 0 * years, drift), deviation)


def test_variances_add_up_over_the_years() -> None:
    assert widened_one(0.3, 4.0, 0.2) == pytest.approx(0.5)
    assert widened_one(widened_one(0.3, 1.0, 0.2), 3.0, 0.2) == pytest.approx(0.5)


@pytest.mark.parametrize("later", [date(2026, 11, 26), date(2031, 1, 1)])
def test_a_later_day_widens_what_is_said_around_a_median_that_stays(
    model: CompensationModel, later: date
) -> None:
    records = make_records(60, seed=5)
    last = date(2025, 11, 30)
    assert model.standing_year == pytest.approx(2025 + 10 / 12)
    then = records.with_columns(observed_on=pl.lit(last))
    after = records.with_columns(observed_on=pl.lit(later))
    before, beyond = model.predict(then, LEVELS), model.predict(after, LEVELS)
    np.testing.assert_array_equal(beyond.median, before.median)
    years = years_beyond(later, model.standing_year)
    np.testing.assert_allclose(beyond.scale**2 - before.scale**2, SCALE_DRIFT**2 * years)
    assert (beyond.quantiles[:, 0] < before.quantiles[:, 0]).all()
    assert (beyond.quantiles[:, -1] > before.quantiles[:, -1]).all()
    for row in range(records.height):
        inputs = after.select(list(INPUT_TYPES)).row(row, named=True)
        alone = model.predict_one(inputs)
        assert alone.scale == beyond.scale[row]
        assert alone.location == beyond.location[row]
        known = model.predict_one({**inputs, "observed_on": last})
        assert known.widening == 1
        assert alone.widening == pytest.approx(alone.scale / known.scale)
        assert alone.spread**2 - known.spread**2 == pytest.approx(DRIFT_YEARLY**2 * years)


def test_a_recalibrated_model_knows_up_to_the_month_it_says(model: CompensationModel) -> None:
    later = CompensationModel(
        model.encoder,
        model.boosters,
        model.calibration,
        None,
        model.support,
        {**model.manifest, "recalibrated": {"standing_year": 2026.5}},
    )
    inputs = make_records(1).select(list(INPUT_TYPES)).row(0, named=True)
    day = {"observed_on": date(2026, 7, 1)}
    assert later.predict_one({**inputs, **day}).widening == 1
    assert model.predict_one({**inputs, **day}).widening > 1


def test_how_far_an_answer_was_widened_is_told() -> None:
    assert unseen(1.0) == "nothing later was seen"
    assert "intervals are 3.1 % wider" in unseen(1.0312)
    assert "the median is that of the last month seen" in unseen(1.0312)
