"""Groups of people drawn apart from everyone, as ``[[cohorts]]`` of the market says."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.market.odds import Odds
from data.reference import reference

EVERYONE = "everyone"
"""The cohort of those who belong to none."""


def cohorts() -> Mapping[str, Mapping[str, Any]]:
    """Return the cohorts by name; everyone is not among them."""
    return {cohort["name"]: cohort for cohort in reference("market")["cohorts"]}


def with_cohort(n: int) -> pl.DataFrame:
    """Return ``n`` rows with ``cohort``, each cohort holding its share of them."""
    sizes = {name: round(cohort["share"] * n) for name, cohort in cohorts().items()}
    sizes[EVERYONE] = n - sum(sizes.values())
    names = [name for name, size in sizes.items() for _ in range(size)]
    return pl.DataFrame({"cohort": pl.Series(names, dtype=pl.String)})


def own_odds(field: str) -> Mapping[str, Odds]:
    """Return the odds of the cohorts that have their own for ``field``, by cohort."""
    return {name: cohort[field] for name, cohort in cohorts().items() if field in cohort}


def odds_keys(people: pl.DataFrame, usual: pl.Expr, field: str) -> pl.Series:
    """Return what each row's ``field`` is drawn by: its cohort's own odds, or the ``usual`` key."""
    own = pl.col("cohort").is_in(list(own_odds(field)))
    return people.select(pl.when(own).then("cohort").otherwise(usual)).to_series()
