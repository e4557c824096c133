"""Rows made records: their ids and groups, the rate of their currency, and repeats left out."""

from hashlib import blake2b

import polars as pl

from data.money import add_usd_rates
from data.record import REJECT_TYPES

CAUSES = frozenset(
    {
        "pay_basis",
        "currency",
        "pay_period",
        "fte_share",
        "observed_on",
        "base",
        "bonus",
        "equity",
        "total_compensation",
        "posted_low",
        "posted_high",
    }
)
"""Columns that ``pay_usd`` is computed from: when one is at fault, so is it."""


def named(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return ``rows`` with their ids, groups and defaults.

    Args:
        rows: Inputs and amounts, and ``row``, the number in the file.
        source: The source's name.
    """
    # A digest, not the words: the group ties rows together and must not tell whose they are.
    digests = {
        person: blake2b(person.encode(), digest_size=8).hexdigest()
        for person in rows["person"].unique().drop_nulls()
    }
    person = pl.col("person").replace_strict(digests, default=None, return_dtype=pl.String)
    record = pl.format("{}:{}", pl.lit(source), pl.col("row"))
    return rows.with_columns(
        pl.lit(source).alias("source"),
        record.alias("record_id"),
        pl.coalesce(pl.format("{}={}", pl.lit(source), person), record).alias("group_id"),
        pl.col("weight").fill_null(1.0),
        pl.col("pay_period").fill_null("year"),
        pl.col("skills").fill_null([]),
    )


def with_rates(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return ``rows`` with ``usd_rate``, and rejects for currencies that have none for their day.

    A row without a currency or a day is left for the schema to reject.
    """
    rated = add_usd_rates(rows)
    unknown = (
        pl.col("usd_rate").is_null()
        & pl.col("currency").is_not_null()
        & pl.col("observed_on").is_not_null()
    )
    rejects = rated.filter(unknown).select(
        "source",
        "row",
        pl.lit("currency").alias("column"),
        pl.col("currency").alias("value"),
        pl.lit("an ISO 4217 code with an exchange rate for its day").alias("rule"),
    )
    return rated.filter(~unknown), rejects


def without_consequences(rejects: pl.DataFrame) -> pl.DataFrame:
    """Return ``rejects`` without those of ``pay_usd`` that follow from another one of their row."""
    causes = rejects.filter(pl.col("column").is_in(CAUSES)).select("source", "row").unique()
    pay = pl.col("column") == "pay_usd"
    alone = rejects.filter(pay).join(causes, on=("source", "row"), how="anti")
    return pl.concat([rejects.filter(~pay), alone])


def without_repeats(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return ``rows`` without those whose ``identity`` an earlier row has, and their rejects."""
    first = pl.col("row").min().over("identity")
    repeats = (pl.col("identity").is_not_null() & (pl.col("row") > first)).fill_null(value=False)
    told = rows.with_columns(first.alias("first"), repeats.alias("repeats"))
    rejects = told.filter("repeats").select(
        "source",
        pl.col("row").cast(REJECT_TYPES["row"]),
        pl.lit("row").alias("column"),
        pl.format("same as row {}", "first").alias("value"),
        pl.lit("no repeat of an earlier row").alias("rule"),
    )
    return told.filter(~pl.col("repeats")).drop("first", "repeats"), rejects
