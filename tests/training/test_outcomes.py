from datetime import date

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from features.numbers import year_of
from serving.model import CompensationModel
from tests.records import make_records
from training.outcomes import first_day, month_of, months_of, outcomes

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(st.lists(DAYS, min_size=1))
def test_a_month_is_a_count_that_knows_its_year_and_its_first_day(days: list[date]) -> None:
    assert months_of(pl.Series(days)).tolist() == [month_of(day) for day in days]
    for day in days:
        assert month_of(day) / 12 == year_of(day) or abs(month_of(day) / 12 - year_of(day)) < 1e-9
        assert first_day(month_of(day)) == day.replace(day=1)


def test_outcomes_stand_beside_what_the_model_made_of_them(model: CompensationModel) -> None:
    records = make_records(200, seed=9)
    seen, predicted = outcomes(model, records), model.predict(records, ())
    offsets = [model.calibration.offset(name) for name in seen.groups]
    np.testing.assert_allclose(seen.location + offsets, predicted.location, rtol=0, atol=1e-12)
    np.testing.assert_allclose(seen.residuals, np.log(records["pay_usd"]) - seen.location)
    assert seen.groups == predicted.groups


def test_outcomes_of_a_later_day_are_not_widened(model: CompensationModel) -> None:
    records = make_records(100, seed=9)
    last = outcomes(model, records.with_columns(observed_on=pl.lit(date(2025, 11, 30))))
    later = outcomes(model, records.with_columns(observed_on=pl.lit(date(2031, 3, 15))))
    np.testing.assert_array_equal(last.scale, later.scale)
    np.testing.assert_array_equal(last.location, later.location)
    assert set(later.month) == {2031 * 12 + 2}


def test_some_of_the_outcomes_are_those_rows(model: CompensationModel) -> None:
    seen = outcomes(model, make_records(50, seed=9))
    own = np.arange(50) % 7 == 3
    some = seen.where(own)
    np.testing.assert_array_equal(some.log_pay, seen.log_pay[own])
    np.testing.assert_array_equal(some.month, seen.month[own])
    assert some.groups == [name for name, kept in zip(seen.groups, own, strict=True) if kept]
