"""ai-jobs.net salaries: each raw row is one end of an advertised range of base pay."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from data.sources.cells import NUMBER, YEAR, Cell, number, text, year
from data.sources.rates import usd_where_no_rate
from data.sources.source import Source, joined, unless_missing

BANDS: Mapping[str, str] = {"EN": "junior", "MI": "mid", "SE": "senior", "EX": "director"}
"""The source's levels -> the lowest seniority of each: SE is senior up to all below director."""

EMPLOYMENTS: Mapping[str, str] = {
    "FT": "full_time",
    "PT": "part_time",
    "CT": "contract",
    "FL": "freelance",
}

SIZES: Mapping[str, float] = {"S": 25.0, "M": 120.0, "L": 1000.0}
"""Employees, about the geometric middle: S is below 50, M 50 to 250, L above."""

LONE_END_WEIGHT = 0.5
"""One end says half as much as a range: where in the range it stood is not known."""

FIRST_OPEN_YEAR = 2025
"""The table of June 2025 holds half of its last year, so that year's middle is 1 April, not July.

For later years too: a running year is seen from its beginning, and a day to come is refused.
"""

AMOUNTS = ("salary", "salary_in_usd")


class AiJobs(Source):
    """The 11-column table of advertised base pay, 2020 onwards, with the two ends apart."""

    name = "aijobs"
    other_names = ("aijobs_salaries_2025_06",)
    needs = (
        "work_year",
        "experience_level",
        "employment_type",
        "job_title",
        "employee_residence",
        "remote_ratio",
        "company_size",
    )
    needs_amounts = ("salary", "salary_currency")
    reads: ClassVar[Mapping[str, Cell]] = {"work_year": YEAR, "remote_ratio": NUMBER}
    reads_amounts: ClassVar[Mapping[str, Cell]] = dict.fromkeys(AMOUNTS, NUMBER)

    def words(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the words of each row; the year stands for the middle of what is seen of it."""
        seen = year("work_year")
        return raw.select(
            title=text("job_title"),
            seniority_band=text("experience_level").replace(BANDS),
            employment_type=text("employment_type").replace(EMPLOYMENTS),
            company_size=text("company_size").replace_strict(SIZES, default=None),
            # Not text(): NA is Namibia here.
            country=pl.col("employee_residence").cast(pl.String).str.strip_chars(),
            remote_share=number("remote_ratio") / 100,
            observed_on=pl.date(seen, pl.when(seen >= FIRST_OPEN_YEAR).then(4).otherwise(7), 1),
            pay_basis=pl.lit("posted_base"),
        )

    def amounts(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return each row's end of its range as ``posted_high``, in its own currency.

        A currency without a published rate for its year gives way to the site's own conversion.
        """
        stated = raw.select(
            currency=text("salary_currency"),
            posted_high=number("salary"),
            in_usd=unless_missing(raw, "salary_in_usd", number("salary_in_usd")),
            person=joined(*(pl.col(name) for name in raw.columns if name not in AMOUNTS)),
        ).with_columns(self.words(raw)["observed_on"])
        return usd_where_no_rate(stated, "posted_high").select(
            "currency", "posted_high", "person", pay_period=pl.lit("year")
        )

    def combine(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return one row a range: its ends are neighbours that differ in the amount alone.

        Of an odd run of neighbours the last is a lone end, which keeps ``posted_high`` only. No
        employer is named, so ranges that are equal in everything are taken for one advert.
        """
        # The row less its index is constant as long as no row is missing: one that was rejected
        # must not make a pair of the two that it stood between.
        gaps = (pl.col("row") - pl.int_range(pl.len())).alias("gaps")
        ends = rows.with_columns(pl.struct("person", gaps).rle_id().alias("run"))
        pairs = ends.with_columns((pl.int_range(pl.len()).over("run") // 2).alias("pair"))
        amount, is_pair = pl.col("posted_high"), pl.len() == 2
        ranges = pairs.group_by("run", "pair", maintain_order=True).agg(
            pl.exclude("posted_low", "posted_high", "weight").first(),
            posted_low=pl.when(is_pair).then(amount.min()),
            posted_high=amount.max(),
            weight=pl.when(is_pair).then(1.0).otherwise(LONE_END_WEIGHT),
        )
        person = joined(pl.col("person"), pl.col("posted_low"), pl.col("posted_high"))
        return ranges.with_columns(person=person).select(rows.columns)


SOURCE = AiJobs()
