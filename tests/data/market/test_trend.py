"""The pay trend: an index that only goes on."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from data.market.trend import pay_index

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
WHO = st.sampled_from(["ai_individual", "ai_manager", "other"])


@given(WHO, DAYS, DAYS)
def test_pay_never_falls_as_time_goes_on(who: str, first: date, second: date) -> None:
    earlier, later = min(first, second), max(first, second)
    assert pay_index(who, later, earlier) >= 1


@given(WHO, DAYS, DAYS, DAYS)
def test_two_spans_multiply(who: str, first: date, second: date, third: date) -> None:
    whole = pay_index(who, third, first)
    parts = pay_index(who, third, second) * pay_index(who, second, first)
    assert abs(whole / parts - 1) < 1e-12


def test_before_the_trend_begins_pay_stands_still() -> None:
    assert pay_index("other", date(2022, 4, 1), date(2019, 1, 1)) == 1
