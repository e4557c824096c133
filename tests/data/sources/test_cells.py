"""Cells as tables really hold them: text, numbers in several manners, bands, lists."""

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sources.cells import day, employees, items, number, period, share, text, year


def one(expression: pl.Expr, value: Any) -> Any:
    return pl.DataFrame({"x": [value]}, strict=False).select(expression).item()


@pytest.mark.parametrize(
    ("given_text", "value"),
    [
        ("120000", 120_000),
        ("$120,000", 120_000),
        ("120,000.50", 120_000.5),
        ("12,00,000", 1_200_000),
        ("120 000,5", 120_000.5),
        ("120\u202f000 €", 120_000),
        ("120.000,00", 120_000),
        ("120'000", 120_000),
        ("-3", -3),
        ("1e16", 1e16),
        ("0,5", 0.5),
        ("120,0000", None),
        ("1.234.567", None),
        ("120k", None),
        ("inf", None),
        ("many", None),
    ],
)
def test_a_number_is_read_in_its_manner_or_not_at_all(given_text: str, value: float | None) -> None:
    assert one(number("x"), given_text) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_itself(value: float) -> None:
    assert one(number("x"), value) == value
    assert one(number("x"), str(value)) == value


@pytest.mark.parametrize("nothing", ["", "  ", "NA", "n/a", "NaN", "null", "#N/A", None])
def test_what_says_nothing_is_empty(nothing: str | None) -> None:
    assert one(text("x"), nothing) is None
    assert one(number("x"), nothing) is None


def test_a_number_that_is_none_is_empty() -> None:
    assert one(number("x"), float("nan")) is None


@pytest.mark.parametrize(
    ("said", "value"), [("80%", 0.8), ("80 %", 0.8), ("0.8", 0.8), (1, 1.0), ("half", None)]
)
def test_a_share_may_be_in_percent(said: object, value: float | None) -> None:
    assert one(share("x"), said) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("2026-03-31T10:00:00", date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 23, 59), date(2026, 3, 31)),
        ("3/4/2026", None),
        ("2026-02-30", None),
        ("0000-01-01", None),
        ("1899-12-31", None),
        ("1900-01-01", date(1900, 1, 1)),
    ],
)
def test_a_day_is_read_where_it_can_be_told(said: object, value: date | None) -> None:
    assert one(day("x"), said) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [("2024", 2024), (2024.0, 2024), ("2024.5", None), ("-1", None), ("9" * 30, None)],
)
def test_a_year_is_whole_and_of_our_times(said: object, value: int | None) -> None:
    assert one(year("x"), said) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("100-499", (100 * 499) ** 0.5),
        ("1,001 to 5,000", (1001 * 5000) ** 0.5),
        ("5 000 – 9 999", (5000 * 9999) ** 0.5),
        ("10,000+", 10_000 * 10**0.5),
        ("10,000 or more", 10_000 * 10**0.5),
        ("fewer than 49", 7),
        ("250", 250),
        (250.0, 250),
        ("5,000", 5000),
        ("I don't know", None),
    ],
)
def test_a_band_of_employees_is_its_geometric_middle(said: object, value: float | None) -> None:
    assert one(employees("x"), said) == (value and pytest.approx(value))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("AWS; C++ ;", ["AWS", "C++"]),
        ("AWS, Azure", ["AWS", "Azure"]),
        ("CI, CD; AWS", ["CI, CD", "AWS"]),
        ("['AWS', \"Kubernetes\"]", ["AWS", "Kubernetes"]),
        ("['AWS'\n 'Azure']", ["AWS", "Azure"]),
        ("[]", []),
        ("AWS", ["AWS"]),
        (None, None),
    ],
)
def test_a_list_may_be_text(said: str | None, words: list[str] | None) -> None:
    frame = pl.DataFrame({"x": [said]}, schema={"x": pl.String})
    found = frame.select(items("x", pl.String())).item()
    assert (found if found is None else found.to_list()) == words


def test_a_list_is_itself_without_blanks() -> None:
    frame = pl.DataFrame({"x": [["AWS ", "", None, "Azure"]]})
    assert frame.select(items("x", frame.schema["x"])).item().to_list() == ["AWS", "Azure"]


@pytest.mark.parametrize(
    ("said", "known"),
    [("Hourly", "hour"), ("per-month", "month"), ("YEAR", "year"), ("per deal", "per deal")],
)
def test_a_pay_period_nobody_knows_stays_as_it_is(said: str, known: str) -> None:
    assert one(period("x"), said) == known
