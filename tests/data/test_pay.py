"""The arithmetic of pay: a year of full-time work, the target, and equity that vests."""

import math
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import MoneyError
from data.pay import (
    MAX_PAY_USD,
    MIN_PAY_USD,
    PERIODS_PER_YEAR,
    Grant,
    Vesting,
    add_pay_usd,
    annual_equity,
    annualise,
    payout,
)

AMOUNTS = ("base", "bonus", "equity", "total_compensation", "posted_low", "posted_high")
PERIODS = tuple(PERIODS_PER_YEAR)


def frame_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """One record a row, in USD a year full time unless it says otherwise."""
    numbers = dict.fromkeys((*AMOUNTS, "fte_share", "usd_rate"), pl.Float64)
    plain = {"pay_period": "year", "pay_basis": "total", "usd_rate": 1.0}
    return pl.DataFrame(
        [plain | row for row in rows],
        schema={**numbers, "pay_period": pl.String, "pay_basis": pl.String},
    )


def annual(column: str, **row: Any) -> Any:
    return annualise(frame_of(row))[f"{column}_usd"].item()


def paid(**row: Any) -> dict[str, Any]:
    return add_pay_usd(frame_of(row)).row(0, named=True)


def split(**row: Any) -> tuple[float | None, float | None, float | None]:
    record = paid(**row)
    return record["base_usd"], record["bonus_usd"], record["equity_usd"]


@pytest.mark.parametrize(
    ("period", "amount"),
    [("year", 104_000), ("month", 104_000 / 12), ("week", 2_000), ("day", 400), ("hour", 50)],
)
@pytest.mark.parametrize("column", ["base", "total_compensation", "posted_low", "posted_high"])
def test_pay_per_period_is_made_a_year_of_40_hour_weeks(
    column: str, period: str, amount: float
) -> None:
    assert annual(column, **{column: amount}, pay_period=period) == pytest.approx(104_000)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("column", ["bonus", "equity"])
def test_bonus_and_equity_are_per_year_whatever_the_period(column: str, period: str) -> None:
    assert annual(column, **{column: 9_000.0}, pay_period=period) == 9_000


@pytest.mark.parametrize(
    ("period", "amount"), [("year", 60_000), ("month", 5_000), ("week", 60_000 / 52)]
)
def test_part_time_pay_is_made_full_time(period: str, amount: float) -> None:
    assert annual("base", base=amount, pay_period=period, fte_share=0.6) == pytest.approx(100_000)


@pytest.mark.parametrize("period", ["day", "hour"])
def test_a_price_per_hour_or_day_is_the_same_for_part_timers(period: str) -> None:
    full = annual("base", base=50.0, pay_period=period)
    assert annual("base", base=50.0, pay_period=period, fte_share=0.5) == full


def test_a_part_timers_yearly_bonus_is_made_full_time_beside_an_hourly_rate() -> None:
    row = {"base": 50.0, "bonus": 5_000.0, "pay_period": "hour", "fte_share": 0.5}
    assert paid(**row)["pay_usd"] == 104_000 + 10_000


def test_another_currency_is_multiplied_by_its_rate() -> None:
    assert annual("base", base=5_000.0, pay_period="month", usd_rate=1.1765) == pytest.approx(
        70_590
    )


@pytest.mark.parametrize("row", [{"pay_period": "fortnight"}, {"usd_rate": None}])
def test_an_unknown_period_or_rate_leaves_no_pay(row: dict[str, Any]) -> None:
    assert paid(total_compensation=100_000.0, **row)["pay_usd"] is None


def test_total_is_the_stated_total_even_where_the_parts_differ() -> None:
    record = paid(total_compensation=200.0, base=100.0, bonus=30.0, equity=60.0)
    assert record["pay_usd"] == 200


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ({"base": 100.0, "bonus": 30.0, "equity": 60.0}, 190),
        ({"base": 100.0, "equity": 60.0}, 160),
        ({"base": 100.0}, 100),
        ({"bonus": 30.0, "equity": 60.0}, None),
        ({}, None),
    ],
)
def test_a_missing_total_is_the_sum_of_the_parts_where_a_base_is_given(
    parts: dict[str, float], total: float | None
) -> None:
    assert paid(**parts)["pay_usd"] == total


def test_cash_leaves_equity_out() -> None:
    row = {"base": 100.0, "bonus": 30.0, "equity": 60.0, "total_compensation": 190.0}
    assert paid(pay_basis="cash", **row)["pay_usd"] == 130
    assert paid(pay_basis="cash", base=100.0)["pay_usd"] == 100
    assert paid(pay_basis="base", **row)["pay_usd"] == 100


@pytest.mark.parametrize(
    ("low", "high", "pay"),
    [(100.0, 144.0, 120), (100.0, None, 100), (None, 144.0, 144), (None, None, None)],
)
def test_posted_pay_is_the_geometric_middle_or_the_lone_end(
    low: float | None, high: float | None, pay: float | None
) -> None:
    record = paid(pay_basis="posted_base", posted_low=low, posted_high=high)
    assert record["pay_usd"] == pay


def test_an_hourly_range_keeps_its_geometric_middle() -> None:
    row = {"posted_low": 40.0, "posted_high": 62.5, "pay_period": "hour", "usd_rate": 2.0}
    assert paid(pay_basis="posted_base", **row)["pay_usd"] == pytest.approx(50 * 2080 * 2)


def test_an_unknown_basis_leaves_no_pay() -> None:
    assert paid(pay_basis="gross", total_compensation=100.0)["pay_usd"] is None


@pytest.mark.parametrize("parts", [{}, {"base": 0.0, "bonus": 0.0, "equity": 0.0}, {"base": 0.0}])
def test_no_split_is_null_and_not_zero(parts: dict[str, float]) -> None:
    assert split(total_compensation=200.0, **parts) == (None, None, None)


def test_a_given_split_keeps_its_noughts_and_its_gaps() -> None:
    assert split(base=100.0, bonus=0.0, equity=60.0) == (100, 0, 60)
    assert split(base=100.0) == (100, None, None)


def test_what_was_stated_stays_beside_what_was_derived() -> None:
    frame = frame_of({"base": 5_000.0, "pay_period": "month"})
    derived = add_pay_usd(frame)
    assert derived.select(frame.columns).equals(frame)
    assert set(derived.columns) - set(frame.columns) == {
        "pay_usd",
        "base_usd",
        "bonus_usd",
        "equity_usd",
    }


def test_the_bounds_keep_a_rare_high_pay_and_reject_junk() -> None:
    stated = [20_000_000.0, 1_000.0, 1e16, 150.0, 0.0, -5.0, math.inf, math.nan]
    pay = add_pay_usd(frame_of(*({"total_compensation": amount} for amount in stated)))["pay_usd"]
    kept = pay.is_between(MIN_PAY_USD, MAX_PAY_USD)
    assert kept.to_list() == [True, True] + [False] * 6


@given(
    amount=st.floats(0, 1e9),
    factor=st.floats(0, 1e3),
    period=st.sampled_from(PERIODS),
    share=st.none() | st.floats(0.01, 1),
    rate=st.floats(1e-5, 10),
)
def test_annualising_is_linear_in_the_amount(
    amount: float, factor: float, period: str, share: float | None, rate: float
) -> None:
    how: dict[str, Any] = {"pay_period": period, "fte_share": share, "usd_rate": rate}
    rows = [
        dict.fromkeys(AMOUNTS, value) | how for value in (amount, amount * factor, 2 * amount + 1.0)
    ]
    one = annualise(frame_of(dict.fromkeys(AMOUNTS, 1.0) | how))
    whole = annualise(frame_of(*rows))
    for name in AMOUNTS:
        unit = one[f"{name}_usd"].item()
        first, scaled, sum_ = whole[f"{name}_usd"].to_list()
        # Each side rounds at most five times (relative 2**-53 each), hence far within 1e-14.
        assert scaled == pytest.approx(first * factor, rel=1e-14, abs=1e-300)
        assert sum_ == pytest.approx(2 * first + unit, rel=1e-14)


@pytest.mark.parametrize(
    ("refresh", "thousands"),
    [
        (Vesting.linear(5), [100, 100, 150, 150, 50, 50, 50]),
        (Vesting.cliff(5), [100, 100, 100, 100, 0, 0, 250]),
    ],
)
def test_a_refresh_grant_adds_to_the_first_from_its_own_start(
    refresh: Vesting, thousands: list[int]
) -> None:
    paid_out = payout([Grant(400_000, 0, Vesting.linear(4)), Grant(250_000, 2, refresh)])
    assert [pay / 1000 for pay in paid_out] == thousands


def test_an_accelerated_schedule_pays_most_in_its_first_year() -> None:
    paid_out = payout([Grant(400_000, 0, Vesting.of(38, 32, 20, 10))])
    assert list(paid_out) == [152_000, 128_000, 80_000, 40_000]
    assert Vesting.of(38, 32, 20, 10).shares[0] == Fraction(38, 100)


def test_no_grants_pay_in_no_year() -> None:
    assert payout([]) == ()


def test_percentages_that_are_not_whole_may_miss_the_sum_by_rounding_only() -> None:
    assert len(Vesting.of(33.3, 33.3, 33.4).shares) == 3
    with pytest.raises(MoneyError, match=r"found 99\.99 % \(33\.33, 33\.33, 33\.33 % a year\)"):
        Vesting.of(33.33, 33.33, 33.33)


@pytest.mark.parametrize(
    "shares", [(), (0.5, 0.5 + 2e-9), (1.0, 1.0), (math.nan, 1.0), (math.inf,)]
)
def test_a_schedule_that_does_not_sum_to_one_is_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(MoneyError, match="must sum to 100 %, found"):
        Vesting(shares)


def test_a_negative_share_is_refused_though_the_sum_is_one() -> None:
    with pytest.raises(MoneyError, match="must not be negative, found 150, -50 % a year"):
        Vesting.of(150, -50)


@pytest.mark.parametrize("years", [0, -3])
def test_a_schedule_of_no_years_is_refused(years: int) -> None:
    with pytest.raises(MoneyError, match=f"at least 1 year, found {years}"):
        Vesting.linear(years)
    with pytest.raises(MoneyError, match=f"at least 1 year, found {years}"):
        Vesting.cliff(years)


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_a_grant_of_no_real_value_is_refused(value: float) -> None:
    with pytest.raises(MoneyError, match="0 or more"):
        Grant(value, 0, Vesting.linear(4))


def test_a_grant_before_the_first_year_is_refused() -> None:
    with pytest.raises(MoneyError, match="counts from 0, found -1"):
        Grant(1.0, -1, Vesting.linear(4))


def test_annual_equity_is_never_the_whole_grant() -> None:
    assert annual_equity(400_000, 4) == 100_000
    assert annual_equity(400_000, 2.5) == 160_000


@pytest.mark.parametrize("years", [0, -4, math.nan, math.inf])
def test_annual_equity_over_no_years_is_refused(years: float) -> None:
    with pytest.raises(MoneyError, match="more than 0 years"):
        annual_equity(400_000, years)


@given(
    years=st.integers(1, 40),
    starts=st.lists(st.integers(0, 10), max_size=4),
    value=st.floats(0, 1e9),
)
def test_schedules_sum_to_one_and_all_that_is_granted_is_paid(
    years: int, starts: list[int], value: float
) -> None:
    for vesting in (Vesting.linear(years), Vesting.cliff(years)):
        assert sum(vesting.shares) == 1
        assert len(vesting.shares) == years
        paid_out = payout([Grant(value, start, vesting) for start in starts])
        assert sum(paid_out) == pytest.approx(len(starts) * value, rel=1e-12)


@given(weights=st.lists(st.integers(1, 1000), min_size=1, max_size=10))
def test_any_shares_of_a_whole_are_a_schedule(weights: list[int]) -> None:
    whole = sum(weights)
    vesting = Vesting(tuple(weight / whole for weight in weights))
    assert sum(vesting.shares) == pytest.approx(1, abs=1e-9)
