"""A source's own conversion to USD, for currencies that have no published exchange rate."""

import polars as pl

from data.money import add_usd_rates
from data.vocabulary import vocabulary


def usd_where_no_rate(stated: pl.DataFrame, amount: str) -> pl.DataFrame:
    """Return ``stated`` with ``in_usd`` as ``amount`` where its currency has no published rate.

    Only the currencies of countries are replaced so; a code that nobody uses stays, to be refused.

    Args:
        stated: ``currency``, ``observed_on``, the ``amount`` and ``in_usd``, which may be empty.
        amount: The column of the amount.
    """
    used = {str(country.attributes["currency"]) for country in vocabulary("countries").values()}
    replaced = (
        pl.col("usd_rate").is_null()
        & pl.col("in_usd").is_not_null()
        & pl.col("currency").is_in(used)
    )
    return (
        add_usd_rates(stated)
        .with_columns(
            pl.when(replaced).then(pl.lit("USD")).otherwise("currency").alias("currency"),
            pl.when(replaced).then("in_usd").otherwise(amount).alias(amount),
        )
        .drop("usd_rate")
    )
