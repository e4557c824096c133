"""Dated exchange rates: which day's rate is used, and what is refused."""

import subprocess
import sys
from datetime import date, timedelta

import polars as pl
import pytest
from currency_converter import CurrencyConverter
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.errors import MoneyError
from data.money import MAX_RATE_AGE, Rate, add_usd_rates, currencies, usd_rate

FRIDAY = date(2021, 8, 13)
LAST_ROUBLE_DAY = date(2022, 3, 1)
LIVE = ("EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "SEK", "SGD")
"""Currencies quoted from the first day to the last."""


def rates_of(*rows: tuple[str | None, date | None]) -> list[float | None]:
    schema = {"currency": pl.String, "observed_on": pl.Date}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return add_usd_rates(frame)["usd_rate"].to_list()


def test_a_rate_is_the_published_one_and_carries_its_day() -> None:
    assert usd_rate("EUR", FRIDAY) == Rate("EUR", 1.1765, FRIDAY)
    assert usd_rate("GBP", FRIDAY).usd == pytest.approx(1.1765 / 0.85093)


def test_a_weekend_takes_the_friday_before_and_says_so() -> None:
    assert usd_rate("EUR", FRIDAY + timedelta(days=2)) == usd_rate("EUR", FRIDAY)


def test_a_dollar_is_a_dollar_on_any_day() -> None:
    assert usd_rate("USD", date(1985, 1, 1)) == Rate("USD", 1.0, date(1985, 1, 1))


def test_our_rates_are_those_of_the_package() -> None:
    packaged = CurrencyConverter()
    for currency in LIVE:
        expected = packaged.convert(1, currency, "USD", date=FRIDAY)
        assert usd_rate(currency, FRIDAY).usd == pytest.approx(expected, rel=1e-12)
    assert set(currencies()) == packaged.currencies


def test_a_day_after_the_shipped_file_takes_its_last_rate_and_tells_its_day() -> None:
    rate = usd_rate("EUR", date(2200, 1, 1))
    assert rate.day == usd_rate("GBP", date(2200, 1, 1)).day
    assert date(2025, 1, 1) < rate.day < date(2200, 1, 1)
    assert rate == usd_rate("EUR", rate.day)


def test_a_day_before_the_first_is_refused_with_the_first_day() -> None:
    with pytest.raises(MoneyError, match=r"GBP .* up to 1998-12-31; .* day is 1999-01-04"):
        usd_rate("GBP", date(1998, 12, 31))


def test_a_currency_no_longer_quoted_keeps_its_last_rate_for_31_days() -> None:
    assert usd_rate("RUB", LAST_ROUBLE_DAY + MAX_RATE_AGE).day == LAST_ROUBLE_DAY
    with pytest.raises(MoneyError, match=r"RUB .* 31 days up to 2022-04-02; .* is 2022-03-01"):
        usd_rate("RUB", LAST_ROUBLE_DAY + MAX_RATE_AGE + timedelta(days=1))


def test_a_gap_of_nine_years_is_not_bridged() -> None:
    with pytest.raises(MoneyError, match="days are 2008-12-09 and 2018-02-01"):
        usd_rate("ISK", date(2012, 5, 1))
    assert usd_rate("ISK", date(2018, 2, 1)).day == date(2018, 2, 1)


@pytest.mark.parametrize(
    ("given_code", "nearest"),
    [("usd", "USD"), ("GPB", "GBP"), ("EURO", "EUR"), (" chf ", "CHF"), ("SEKK", "SEK")],
)
def test_an_unknown_currency_is_refused_by_name_with_the_nearest(
    given_code: str, nearest: str
) -> None:
    with pytest.raises(MoneyError, match=f"{given_code!r} .*nearest: .*{nearest}"):
        usd_rate(given_code, FRIDAY)


@pytest.mark.parametrize("given_code", ["ARS", "$", "", "day", "日本円"])
def test_an_unknown_currency_with_no_neighbour_is_refused_with_the_whole_list(
    given_code: str,
) -> None:
    with pytest.raises(MoneyError, match=r"AUD, BGN, .* USD, ZAR"):
        usd_rate(given_code, FRIDAY)


def test_currencies_are_codes_in_order_each_once() -> None:
    codes = currencies()
    assert {"USD", "EUR", "GBP", "RUB"} <= set(codes)
    assert list(codes) == sorted(set(codes))
    assert all(len(code) == 3 and code.isupper() for code in codes)


def test_a_frame_gets_the_rate_of_each_row_in_order() -> None:
    frame = pl.DataFrame(
        {
            "paid_in": ["GBP", "USD", "EUR", "GBP", "EUR"],
            "on": [FRIDAY, FRIDAY, FRIDAY, FRIDAY, date(2015, 6, 1)],
            "row": [5, 4, 3, 2, 1],
        }
    )
    rated = add_usd_rates(frame, currency="paid_in", day="on")
    assert_frame_equal(rated.drop("usd_rate"), frame)
    assert rated["usd_rate"].to_list() == [
        usd_rate(code, day).usd for code, day in frame.select("paid_in", "on").iter_rows()
    ]


def test_a_row_without_a_rate_has_null_and_stays() -> None:
    assert (
        rates_of(
            ("ARS", FRIDAY),
            ("RUB", date(2024, 1, 1)),
            ("GBP", date(1990, 1, 1)),
            (None, FRIDAY),
            ("EUR", None),
            (None, None),
        )
        == [None] * 6
    )


def test_dollars_need_no_day() -> None:
    assert rates_of(("USD", None), ("USD", FRIDAY)) == [1.0, 1.0]


def test_an_empty_frame_gets_an_empty_column_of_numbers() -> None:
    frame = pl.DataFrame(schema={"currency": pl.String, "observed_on": pl.Date})
    assert add_usd_rates(frame).schema["usd_rate"] == pl.Float64


def test_importing_reads_no_rates() -> None:
    code = (
        "import data.money as m; from datetime import date; "
        "assert m._published.cache_info().currsize == 0; m.usd_rate('EUR', date(2021, 8, 13)); "
        "m.usd_rate('GBP', date(2021, 8, 13)); assert m._published.cache_info().misses == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(
    amount=st.floats(1, 1e9),
    currency=st.sampled_from(LIVE),
    day=st.dates(date(1999, 1, 4), date(2025, 1, 1)),
)
def test_there_and_back_gives_the_amount_and_the_day_is_never_later(
    amount: float, currency: str, day: date
) -> None:
    rate = usd_rate(currency, day)
    assert amount * rate.usd / rate.usd == pytest.approx(amount, rel=1e-15)
    assert timedelta(0) <= day - rate.day <= MAX_RATE_AGE
    assert rates_of((currency, day)) == [rate.usd]
