"""Advertisements of an AI job board in the United States, with the skills it found in them."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from data.sources.cells import DAY, NUMBER, Cell, day, items, number, period, text
from data.sources.source import Source, joined, unless_missing

FALSE_SKILLS = ("RAG", "Rust")
"""Skills the board finds by their letters in other words ("leverage", "trust"), in most adverts.

"Go", "Cohere" and "Claude" may be found so too, but not so often that they tell nothing: kept.
"""

NO_COMPANY = "Unknown"


class AiJobAds(Source):
    """One advertisement a row; ``experience`` says "Senior" of nearly all and is not read."""

    name = "ai_job_ads"
    other_names = ("ai_job_ads_2026_01",)
    needs = ("title", "hiringOrganization", "datePosted", "addressLocality", "addressRegion")
    needs_amounts = ("salaryMin", "salaryMax", "salaryCurrency", "salaryUnit")
    reads: ClassVar[Mapping[str, Cell]] = {"datePosted": DAY}
    reads_amounts: ClassVar[Mapping[str, Cell]] = {"salaryMin": NUMBER, "salaryMax": NUMBER}

    def words(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the words of each row; seniority is left to the title."""
        company = text("hiringOrganization")
        parts = (text("addressLocality"), text("addressRegion"))
        place = pl.concat_str(parts, separator=", ", ignore_nulls=True)
        kind = text("jobLocationType") if "jobLocationType" in raw.columns else pl.lit(None)
        return raw.select(
            title=text("title"),
            company=pl.when(company != NO_COMPANY).then(company),
            location=pl.when(place != "").then(place),
            country=unless_missing(
                raw, "addressCountry", text("addressCountry").fill_null("US"), pl.lit("US")
            ),
            remote_share=(kind == "TELECOMMUTE").fill_null(value=False).cast(pl.Float64),
            employment_type=unless_missing(raw, "employmentType", text("employmentType")),
            skills=unless_missing(
                raw,
                "skills",
                items("skills", raw.schema.get("skills")).list.set_difference(list(FALSE_SKILLS)),
            ),
            observed_on=day("datePosted"),
            pay_basis=pl.lit("posted_base"),
        )

    def amounts(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the advertised range; adverts of one employer and title are one group."""
        return raw.select(
            currency=text("salaryCurrency"),
            pay_period=period("salaryUnit"),
            posted_low=number("salaryMin"),
            posted_high=number("salaryMax"),
            person=joined(text("hiringOrganization"), text("title")),
        )


SOURCE = AiJobAds()
