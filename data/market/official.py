"""The official wages as published, and the same by place with the spread of log wages."""

from functools import cache

import polars as pl

from data.reference import FOLDER, reference
from data.vocabulary import vocabulary

NATION = "US"
BELOW = {"p10_usd": 1.2816, "p25_usd": 0.6745}
ABOVE = {"p75_usd": 0.6745, "p90_usd": 1.2816}
"""Standard deviations between a normal distribution's percentile and its median."""

SMALLEST_SPREAD, LARGEST_SPREAD = 0.12, 0.7
"""Standard deviation of log wages: beyond these a few employers' pay scales speak, no market."""

FIGURES = ("log_median", "spread_low", "spread_high")


@cache
def official_wages() -> pl.DataFrame:
    """Return the published table: soc, area, employment, and percentiles in USD a year."""
    file = FOLDER / reference("market")["official"]["file"]
    return pl.read_csv(file, schema_overrides={"area": pl.String})


def wages_by_place() -> pl.DataFrame:
    """Return the published figures by occupation and place, the areas of one metro made one.

    Returns:
        ``soc``; ``place``: a metro's id, a state's region code, or ``NATION``; ``employment``;
        ``log_median``: natural log of USD a year; ``spread_low`` and ``spread_high``: the standard
        deviation of log wages on either side of the median.
    """
    official = reference("market")["official"]
    places = {official["nation"]: NATION, **official["states"]}
    for key, metro in vocabulary("metros").items():
        places |= dict.fromkeys(metro.attributes.get("oews", ()), key)
    median = pl.col("p50_usd").log()
    low = [(median - pl.col(name).log()) / steps for name, steps in BELOW.items()]
    high = [(pl.col(name).log() - median) / steps for name, steps in ABOVE.items()]
    people = pl.col("employment")
    return (
        official_wages()
        .with_columns(
            place=pl.col("area").replace_strict(places, default=None),
            employment=people.cast(pl.Float64),
            log_median=median,
            spread_low=pl.mean_horizontal(low).clip(SMALLEST_SPREAD, LARGEST_SPREAD),
            spread_high=pl.mean_horizontal(high).clip(SMALLEST_SPREAD, LARGEST_SPREAD),
        )
        .drop_nulls("place")
        .group_by("soc", "place", maintain_order=True)
        .agg((pl.col(FIGURES) * people).sum() / people.sum(), people.sum())
    )
