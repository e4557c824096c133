"""Advertisements for leaders of sales in the United States."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from data.sources.cells import DAY, NUMBER, Cell, day, employees, number, period, text
from data.sources.source import Source, joined, unless_missing

HOURLY_BELOW = 500.0
"""An amount below is by the hour where no interval is given: no leader of sales works for it a day,
and none is paid as much an hour."""

NO_ANSWERS = ("Unknown", "Other", "Decline to state")


def answer(column: str) -> pl.Expr:
    """Return what ``column`` says, without the words that say nothing."""
    given = text(column)
    return pl.when(~given.is_in(NO_ANSWERS)).then(given)


class ExecSalesAds(Source):
    """One advertisement a row; the stage is the board's own guess, unknown for half of them."""

    name = "exec_sales_ads"
    other_names = ("exec_sales_ads_2026",)
    needs = ("title", "company", "location", "date_posted", "seniority")
    needs_amounts = ("min_amount", "max_amount")
    reads: ClassVar[Mapping[str, Cell]] = {"date_posted": DAY}
    reads_amounts: ClassVar[Mapping[str, Cell]] = {"min_amount": NUMBER, "max_amount": NUMBER}

    def words(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the words of each row."""
        remote = text("is_remote") if "is_remote" in raw.columns else pl.lit(None, pl.String)
        return raw.select(
            title=text("title"),
            seniority=answer("seniority"),
            company=text("company"),
            company_stage=unless_missing(raw, "company_stage", answer("company_stage")),
            company_size=unless_missing(
                raw, "company_num_employees", employees("company_num_employees")
            ),
            industry=unless_missing(
                raw, "company_industry", answer("company_industry").str.split(",").list.first()
            ),
            location=text("location"),
            country=pl.lit("US"),
            # "true" from a Parquet file, "True" from most CSV files.
            remote_share=(remote.str.to_lowercase() == "true").cast(pl.Float64),
            employment_type=unless_missing(raw, "job_type", text("job_type")),
            observed_on=day("date_posted"),
            pay_basis=pl.lit("posted_base"),
        )

    def amounts(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the advertised range; adverts of one employer and title are one group."""
        by_size = pl.when(number("max_amount") < HOURLY_BELOW).then(pl.lit("hour"))
        stated = period("interval") if "interval" in raw.columns else pl.lit(None, pl.String)
        return raw.select(
            currency=unless_missing(
                raw, "currency", text("currency").fill_null("USD"), pl.lit("USD")
            ),
            pay_period=pl.coalesce(stated, by_size, pl.lit("year")),
            posted_low=number("min_amount"),
            posted_high=number("max_amount"),
            person=joined(text("company"), text("title")),
        )


SOURCE = ExecSalesAds()
