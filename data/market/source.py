"""The reference market as a source of records, like any file's format."""

import polars as pl

from data.market.generate import WORDS
from data.market.pay import AMOUNTS
from data.sources.source import Source


class Market(Source):
    """What ``generate`` gives: total pay with its split, USD a year, of people nobody is."""

    name = "market"
    needs = WORDS
    needs_amounts = AMOUNTS

    def words(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the words of each row."""
        return raw.select(*WORDS, pay_basis=pl.lit("total"))

    def amounts(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the amounts of each row."""
        return raw.select(*AMOUNTS, currency=pl.lit("USD"), pay_period=pl.lit("year"))


MARKET = Market()
