"""A source's own conversion, used where nobody publishes a rate."""

from datetime import date

import polars as pl
import pytest

from data.sources.rates import usd_where_no_rate


@pytest.mark.parametrize(
    ("currency", "in_usd", "found"),
    [
        ("EUR", 1.0, ("EUR", 500.0)),
        ("USD", 1.0, ("USD", 500.0)),
        ("UAH", 13.0, ("USD", 13.0)),
        ("UAH", None, ("UAH", 500.0)),
        ("ZZZ", 13.0, ("ZZZ", 500.0)),
        (None, 13.0, (None, 500.0)),
    ],
)
def test_only_a_real_currency_without_a_rate_gives_way(
    currency: str | None, in_usd: float | None, found: tuple[str | None, float]
) -> None:
    stated = pl.DataFrame(
        {"currency": [currency], "salary": [500.0], "in_usd": [in_usd]},
        schema_overrides={"currency": pl.String, "in_usd": pl.Float64},
    ).with_columns(observed_on=pl.lit(date(2024, 1, 2)))
    assert usd_where_no_rate(stated, "salary").select("currency", "salary").row(0) == found
