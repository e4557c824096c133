"""The cells of a raw column read as a number, a day, a share …: null where they say nothing.

Every reader takes a column of any plain type, as the columns of a CSV are all text. What it cannot
read becomes null; a ``Cell`` names the rule, so that the row can be rejected in words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

NOTHING = ("", "na", "n/a", "#n/a", "nan", "null")
"""What tables write where they have nothing to say, in lower case."""

FIRST_YEAR = 1900
"""No pay of a year before is told of: such a year is a slip or a placeholder."""

LAST_YEAR = 9999
"""Python knows no year after it."""

_SIGNS = r"[\s'’_$€£¥]"
_POINT = r"^[-+]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$"
_COMMA = r"^[-+]?(\d+|\d{1,3}(\.\d{3})+),\d{1,2}$"
_OPEN_END = 10**0.5

PERIODS: Mapping[str, str] = {
    **dict.fromkeys(("year", "yearly", "annual", "annually", "per year", "per annum"), "year"),
    **dict.fromkeys(("month", "monthly", "per month"), "month"),
    **dict.fromkeys(("week", "weekly", "per week"), "week"),
    **dict.fromkeys(("day", "daily", "per day"), "day"),
    **dict.fromkeys(("hour", "hourly", "per hour"), "hour"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How the cells of a column are read, and what is asked of those that say something."""

    read: Callable[[str], pl.Expr]
    rule: str


def text(column: str) -> pl.Expr:
    """Return ``column`` as trimmed text; what says nothing (``NOTHING``) is null."""
    trimmed = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.when(~trimmed.str.to_lowercase().is_in(NOTHING)).then(trimmed)


def number(column: str) -> pl.Expr:
    """Return ``column`` as finite numbers.

    Spaces, apostrophes and currency signs do not count. A comma parts thousands, unless only one
    or two digits follow the last one: "$120,000" and "120 000,00" are both 120000.
    """
    return as_number(text(column))


def as_number(given: pl.Expr) -> pl.Expr:
    """Return the texts ``given`` as ``number`` reads a column."""
    plain = given.str.replace_all(_SIGNS, "")
    parsed = (
        pl.when(plain.str.contains(_POINT))
        .then(plain.str.replace_all(",", "", literal=True))
        .when(plain.str.contains(_COMMA))
        .then(plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .otherwise(plain)
        .cast(pl.Float64, strict=False)
    )
    return pl.when(parsed.is_finite()).then(parsed)


def share(column: str) -> pl.Expr:
    """Return ``column`` as shares; "80 %" is 0.8."""
    given = text(column)
    value = as_number(given.str.strip_suffix("%"))
    return pl.when(given.str.ends_with("%")).then(value / 100).otherwise(value)


def day(column: str) -> pl.Expr:
    """Return ``column`` as days: dates, times, or text that starts with one as in 2026-03-31.

    Days such as 3/4/2026 are not read: whether the month comes first cannot be told.
    """
    return as_day(text(column).str.slice(0, 10), "%Y-%m-%d")


def as_day(given: pl.Expr, form: str) -> pl.Expr:
    """Return the texts ``given`` in ``form`` (of strftime) as days since ``FIRST_YEAR``."""
    found = given.str.to_date(form, strict=False)
    return pl.when(found.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(found)


def year(column: str) -> pl.Expr:
    """Return ``column`` as whole years since ``FIRST_YEAR``."""
    found = number(column)
    whole = found.is_between(FIRST_YEAR, LAST_YEAR) & (found % 1 == 0)
    return pl.when(whole).then(found).cast(pl.Int32)


def employees(column: str) -> pl.Expr:
    """Return ``column`` as numbers of employees; a band is its geometric middle.

    An open band is taken to end at ten times its beginning: "10,000 or more" is 31,623.
    """
    given = text(column).str.to_lowercase()
    found = (
        given.str.replace_all(r"(\d)[,\s](\d{3})", "${1}${2}")
        .str.extract_all(r"\d+")
        .list.eval(pl.element().cast(pl.Float64))
    )
    first, last = found.list.first(), found.list.last()
    band = (
        pl.when(found.list.len() == 2)
        .then((first * last).sqrt())
        .when((found.list.len() == 1) & given.str.contains(r"\+|more|over|above|>"))
        .then(first * _OPEN_END)
        .when((found.list.len() == 1) & given.str.contains(r"less|fewer|under|up to|<"))
        .then(first.sqrt())
    )
    return pl.coalesce(number(column), band)


def items(column: str, kind: pl.DataType | None) -> pl.Expr:
    """Return ``column``, of the type ``kind``, as lists of trimmed words.

    Text is parted at its semicolons, or else its commas. Lists come out of CSV files as
    "['AWS', 'Azure']", with or without the commas.
    """
    if isinstance(kind, pl.List):
        words = pl.col(column).cast(pl.List(pl.String))
    else:
        given = text(column)
        quoted = given.str.extract_all(r"'[^']*'|\"[^\"]*\"")
        bare = given.str.strip_chars("[]")
        words = (
            pl.when(given.str.starts_with("[") & (quoted.list.len() > 0))
            .then(quoted.list.eval(pl.element().str.strip_chars("'\"")))
            .when(bare.str.contains(";", literal=True))
            .then(bare.str.split(";"))
            .otherwise(bare.str.split(","))
        )
    return trimmed_items(words)


def trimmed_items(lists: pl.Expr) -> pl.Expr:
    """Return ``lists`` of texts with each text trimmed and the empty ones left out."""
    trimmed = pl.element().str.strip_chars()
    return lists.list.eval(trimmed.filter(trimmed != ""))


def period(column: str) -> pl.Expr:
    """Return ``column`` as pay periods ("Hourly" is hour); a word nobody knows stays as it is."""
    given = text(column)
    key = given.str.to_lowercase().str.replace_all(r"[^a-z]+", " ").str.strip_chars()
    return pl.coalesce(key.replace_strict(PERIODS, default=None, return_dtype=pl.String), given)


NUMBER = Cell(number, "a number")
SHARE = Cell(share, "a share such as 0.8 or 80 %")
DAY = Cell(day, "a day such as 2026-03-31")
YEAR = Cell(year, "a year such as 2026")
EMPLOYEES = Cell(employees, "a number of employees, or a band such as 100-499")
