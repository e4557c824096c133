"""Levels.fyi: one person's self-reported pay (the public "Data Science and STEM Salaries" dump)."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from data.sources.cells import NUMBER, Cell, as_day, number, text
from data.sources.source import Source, joined, unless_missing

SPLIT: Mapping[str, str] = {"base": "basesalary", "equity": "stockgrantvalue", "bonus": "bonus"}
STAMPS = ("rowNumber", "timestamp")
"""Columns that differ even between two rows of one report."""


def stamp(column: str) -> pl.Expr:
    """Return ``column`` as days: a timestamp, or text such as "6/7/2017 11:33:27" (June)."""
    first = text(column).str.split(" ").list.first()
    return pl.coalesce(
        as_day(first.str.slice(0, 10), "%Y-%m-%d"),
        as_day(first, "%m/%d/%Y"),
    )


class LevelsFyi(Source):
    """The 29-column dump: total = base + stock + bonus, USD a year, 2017 to 2021."""

    name = "levels_fyi"
    other_names = ("levels",)
    needs = ("title", "company", "level", "location", "tag", "yearsofexperience", "timestamp")
    needs_amounts = ("totalyearlycompensation", *SPLIT.values())
    reads: ClassVar[Mapping[str, Cell]] = {
        "yearsofexperience": NUMBER,
        "yearsatcompany": NUMBER,
        "timestamp": Cell(stamp, "a day such as 6/7/2017 or 2017-06-07"),
    }
    reads_amounts: ClassVar[Mapping[str, Cell]] = dict.fromkeys(needs_amounts, NUMBER)
    protected = ("gender", "Race")

    def words(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the words of each row; ``tag`` is the specialisation."""
        return raw.select(
            title=text("title"),
            specialisation=text("tag").str.to_lowercase(),
            company=text("company"),
            company_level=text("level"),
            location=text("location"),
            years_experience=number("yearsofexperience"),
            years_at_company=unless_missing(raw, "yearsatcompany", number("yearsatcompany")),
            education=unless_missing(raw, "Education", text("Education")),
            observed_on=stamp("timestamp"),
            pay_basis=pl.lit("total"),
        )

    def amounts(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the amounts; base, stock and bonus all zero mean that no split was given."""
        given = pl.sum_horizontal(number(column) for column in SPLIT.values()) > 0
        same = ("company", "location", "title", "level", "tag", *self.needs_amounts)
        years = [c for c in ("yearsofexperience", "yearsatcompany") if c in raw.columns]
        told = [column for column in raw.columns if column not in STAMPS]
        return raw.select(
            currency=pl.lit("USD"),
            pay_period=pl.lit("year"),
            total_compensation=number("totalyearlycompensation"),
            **{name: pl.when(given).then(number(column)) for name, column in SPLIT.items()},
            person=joined(*(pl.col(column) for column in (*same, *years))),
            identity=joined(*(pl.col(column) for column in told)),
            gender=unless_missing(raw, "gender", text("gender")),
            ethnicity=unless_missing(raw, "Race", text("Race")),
        )


SOURCE = LevelsFyi()
