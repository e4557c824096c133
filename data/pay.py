"""The arithmetic of pay: amounts as stated, made USD a year full time, and equity that vests."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from data.errors import MoneyError

PERIODS_PER_YEAR: Mapping[str, int] = {"year": 1, "month": 12, "week": 52, "day": 260, "hour": 2080}
"""Pay period -> how many of them a full-time year holds: 52 weeks of 5 days, 40 hours.

Source: U.S. Bureau of Labor Statistics, OEWS wage estimates, note on annual wages: hourly wage
times 2,080 hours.
"""

PER_UNIT_OF_WORK = ("day", "hour")
"""Periods whose pay is a price for work done: a part-timer's hourly rate is a full-timer's."""

PERIODIC = ("base", "total_compensation", "posted_low", "posted_high")
"""Amounts stated per ``pay_period``."""

YEARLY = ("bonus", "equity")
"""Amounts stated per year whatever the ``pay_period``: nobody states a bonus by the hour."""

SPLIT = ("base_usd", "bonus_usd", "equity_usd")

MIN_PAY_USD = 1_000.0
"""Least believable pay, USD a year, full time: below it stand pay in thousands (150 for 150,000),
monthly pay said to be yearly, and noughts."""

MAX_PAY_USD = 20_000_000.0
"""Most believable pay, USD a year, full time, itself allowed.

A rare package of 20 million is an outlier that percentiles must bear, not a fault; beyond it are
whole grants said to be yearly, small units of currency said to be USD, and keyboards (1e16).
"""


def annualise(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with ``base_usd`` … ``posted_high_usd``: USD a year, full time.

    An amount is multiplied by ``usd_rate``, by the periods in a year where it is ``PERIODIC``, and
    divided by ``fte_share`` (empty: full time) unless it is a price per ``PER_UNIT_OF_WORK``.
    An unknown ``pay_period`` or an empty ``usd_rate`` leaves null.

    Source: ``PERIODS_PER_YEAR``.
    """
    share = pl.col("fte_share").fill_null(1.0)
    periods = pl.col("pay_period").replace_strict(
        PERIODS_PER_YEAR, default=None, return_dtype=pl.Float64
    )
    worked = pl.when(pl.col("pay_period").is_in(PER_UNIT_OF_WORK)).then(1.0).otherwise(share)
    rate = pl.col("usd_rate")
    return frame.with_columns(
        *((pl.col(name) * periods / worked * rate).alias(f"{name}_usd") for name in PERIODIC),
        *((pl.col(name) / share * rate).alias(f"{name}_usd") for name in YEARLY),
    )


def target(frame: pl.DataFrame) -> pl.DataFrame:
    """Return an annualised ``frame`` with ``pay_usd``: USD a year of what ``pay_basis`` says.

    ``total``: the stated total, else base + bonus + equity. ``cash``: base + bonus. ``base``: the
    base. ``posted_base``: the geometric middle of the two posted ends, or a lone end. In a sum an
    empty bonus or equity counts as none, an empty base leaves null.

    The split ``base_usd``, ``bonus_usd``, ``equity_usd`` is null where all three are empty or 0:
    forms that ask for no split store noughts, and nobody works for no pay at all.
    """
    base, bonus, equity = (pl.col(name) for name in SPLIT)
    cash = base + bonus.fill_null(0.0)
    low, high = pl.col("posted_low_usd"), pl.col("posted_high_usd")
    basis = pl.col("pay_basis")
    pay = (
        pl.when(basis == "total")
        .then(pl.coalesce("total_compensation_usd", cash + equity.fill_null(0.0)))
        .when(basis == "cash")
        .then(cash)
        .when(basis == "base")
        .then(base)
        .when(basis == "posted_base")
        .then(pl.coalesce((low * high).sqrt(), low, high))
    )
    given = pl.any_horizontal(pl.col(name) != 0 for name in SPLIT)
    return frame.with_columns(
        pay.alias("pay_usd"), *(pl.when(given).then(pl.col(name)).alias(name) for name in SPLIT)
    )


def add_pay_usd(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame``, which has ``usd_rate``, with ``pay_usd`` and the split in USD a year."""
    helpers = [f"{name}_usd" for name in PERIODIC if name != "base"]
    return target(annualise(frame)).drop(helpers)


@dataclass(frozen=True, slots=True)
class Vesting:
    """The share of a grant that vests in each year from its start; the shares sum to 1.

    Raises:
        MoneyError: A share is negative, or the shares do not sum to 1 (within 1e-9).

    >>> Vesting.of(38, 32, 20)
    Traceback (most recent call last):
        ...
    data.errors.MoneyError: a vesting schedule must sum to 100 %, found 90 % (38, 32, 20 % a year)
    """

    shares: tuple[Fraction | float, ...]

    def __post_init__(self) -> None:
        percentages = ", ".join(f"{float(100 * share):.12g}" for share in self.shares)
        total = sum(float(share) for share in self.shares)
        # Negated, so that a sum that is not a number is refused too.
        if not abs(total - 1) <= 1e-9:
            raise MoneyError(
                f"a vesting schedule must sum to 100 %, found {100 * total:.12g} % "
                f"({percentages or 'no'} % a year)"
            )
        if any(share < 0 for share in self.shares):
            raise MoneyError(f"a vesting share must not be negative, found {percentages} % a year")

    @classmethod
    def of(cls, *percentages: float) -> "Vesting":
        """Return the schedule of yearly ``percentages``, such as 38, 32, 20, 10."""
        return cls(tuple(Fraction(1, 100) * percentage for percentage in percentages))

    @classmethod
    def linear(cls, years: int) -> "Vesting":
        """Return the schedule of equal shares over ``years``."""
        return cls((Fraction(1, _at_least_one(years)),) * years)

    @classmethod
    def cliff(cls, years: int) -> "Vesting":
        """Return the schedule that gives nothing until all of it in the last of ``years``."""
        return cls((Fraction(0),) * (_at_least_one(years) - 1) + (Fraction(1),))


def _at_least_one(years: int) -> int:
    if years < 1:
        raise MoneyError(f"a grant vests over at least 1 year, found {years}")
    return years


@dataclass(frozen=True, slots=True)
class Grant:
    """Equity worth ``value`` at its grant, which vests from ``start_year`` (the first year is 0).

    Raises:
        MoneyError: The value is negative or not finite, or the year is before the first.
    """

    value: float
    start_year: int
    vesting: Vesting

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.value >= 0):
            raise MoneyError(f"a grant's value must be 0 or more, found {self.value}")
        if self.start_year < 0:
            raise MoneyError(f"a grant's start_year counts from 0, found {self.start_year}")


def payout(grants: Iterable[Grant]) -> tuple[float, ...]:
    """Return what ``grants`` pay each year from year 0 to the last, in the unit of their values.

    The price of the shares is held at the grant's.

    >>> payout([Grant(400_000, 0, Vesting.linear(4)), Grant(250_000, 2, Vesting.linear(5))])
    (100000.0, 100000.0, 150000.0, 150000.0, 50000.0, 50000.0, 50000.0)
    """
    held = list(grants)
    years = [0.0] * max((g.start_year + len(g.vesting.shares) for g in held), default=0)
    for grant in held:
        for year, share in enumerate(grant.vesting.shares, start=grant.start_year):
            years[year] += float(share * grant.value)
    return tuple(years)


def annual_equity(grant_value: float, vesting_years: float) -> float:
    """Return the ``equity`` of a record: the whole grant's value by its years of vesting.

    Raises:
        MoneyError: The years are not a positive number.
    """
    if not (math.isfinite(vesting_years) and vesting_years > 0):
        raise MoneyError(f"a grant vests over more than 0 years, found {vesting_years}")
    return grant_value / vesting_years
