"""Stack Overflow's developer survey of 2023: one developer's yearly pay as stated.

Two forms are read: ``survey_results_public.csv`` as published (all countries, ``CompTotal`` in the
respondent's ``Currency``), and a table cut from it (``Salary``, in USD; no ``Country``: all US).
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import ClassVar

import polars as pl

from data.sources.cells import NUMBER, Cell, as_number, employees, number, text, trimmed_items
from data.sources.rates import usd_where_no_rate
from data.sources.source import Source, unless_missing

SKILLS = "HaveWorkedWith"
"""What the name of a column of skills ends in."""

SURVEYED_ON = date(2023, 5, 15)
"""The middle of the days on which the survey was open."""

YEARS: Mapping[str, str] = {"Less than 1 year": "0.5", "More than 50 years": "51"}
REMOTE: Mapping[str, float] = {
    "Remote": 1.0,
    "Hybrid (some remote, some in-person)": 0.5,
    "In-person": 0.0,
}
EMPLOYMENTS: Mapping[str, str] = {
    "Employed, full-time": "full_time",
    "Employed, part-time": "part_time",
    "Independent contractor, freelancer, or self-employed": "freelance",
}
"""Answer -> employment type; of several answers the first of these is the main work."""

NO_ANSWERS = ("Other (please specify):", "Other", "Something else")
SOLE = "Just me"
AMOUNTS = ("Salary", "CompTotal", "ConvertedCompYearly")


def years(column: str) -> pl.Expr:
    """Return ``column`` as years: a number, or one of the form's two open ends."""
    return as_number(text(column).replace(YEARS))


def answer(column: str) -> pl.Expr:
    """Return the answers in ``column``, without those that say nothing."""
    given = text(column)
    return pl.when(~given.is_in(NO_ANSWERS)).then(given)


def employment(column: str) -> pl.Expr:
    """Return the employment type of the main work among the answers in ``column``."""
    given = text(column)
    return pl.coalesce(
        pl.when(given.str.contains(said, literal=True)).then(pl.lit(kind))
        for said, kind in EMPLOYMENTS.items()
    )


class StackOverflow(Source):
    """The survey of 2023; other years' surveys differ in their columns.

    The pay is ``total``: the question asks for the "total annual compensation", names salary,
    bonuses and perks, and leaves out nothing, so that most who hold equity count it.
    """

    name = "stackoverflow"
    other_names = ("stackoverflow_2023_us", "stackoverflow_2023")
    needs = ("DevType", "YearsCodePro")
    reads: ClassVar[Mapping[str, Cell]] = {"YearsCodePro": Cell(years, "a number of years")}
    reads_amounts: ClassVar[Mapping[str, Cell]] = dict.fromkeys(AMOUNTS, NUMBER)
    protected = (
        "Age",
        "Gender",
        "Trans",
        "Sexuality",
        "Ethnicity",
        "Accessibility",
        "MentalHealth",
    )

    def words(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the words of each row; the kind of developer is the title."""
        skills = [text(name) for name in raw.columns if name.endswith(SKILLS)] or [pl.lit("")]
        size = pl.when(text("OrgSize").str.starts_with(SOLE)).then(1.0)
        return raw.select(
            title=answer("DevType"),
            skills=trimmed_items(
                pl.concat_str(skills, separator=";", ignore_nulls=True).str.split(";")
            ),
            company_size=unless_missing(raw, "OrgSize", size.otherwise(employees("OrgSize"))),
            industry=unless_missing(raw, "Industry", answer("Industry")),
            country=unless_missing(raw, "Country", text("Country"), pl.lit("US")),
            remote_share=unless_missing(
                raw, "RemoteWork", text("RemoteWork").replace_strict(REMOTE, default=None)
            ),
            years_experience=years("YearsCodePro"),
            track=unless_missing(raw, "ICorPM", text("ICorPM")),
            education=unless_missing(raw, "EdLevel", answer("EdLevel")),
            employment_type=unless_missing(raw, "Employment", employment("Employment")),
            observed_on=pl.lit(SURVEYED_ON),
            pay_basis=pl.lit("total"),
        )

    def amounts(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the pay in USD of a cut table, else as stated in the currency it was stated in.

        Where that currency has no published rate, the survey's own conversion takes its place.
        """
        if "Salary" in raw.columns:
            return raw.select(currency=pl.lit("USD"), total_compensation=number("Salary"))
        stated = raw.select(
            # Such as "USD\tUnited States dollar".
            currency=text("Currency").str.slice(0, 3),
            total_compensation=number("CompTotal"),
            in_usd=unless_missing(raw, "ConvertedCompYearly", number("ConvertedCompYearly")),
            observed_on=pl.lit(SURVEYED_ON),
        )
        return usd_where_no_rate(stated, "total_compensation").drop("in_usd", "observed_on")

    def lacking(self, columns: Collection[str], *, pay: bool) -> tuple[str, ...]:
        """Return what is missing of the needed columns; the pay comes in one of two forms."""
        missing = super().lacking(columns, pay=pay)
        paid = "Salary" in columns or {"CompTotal", "Currency"} <= set(columns)
        return missing if paid or not pay else (*missing, "'Salary' (or 'CompTotal', 'Currency')")


SOURCE = StackOverflow()
