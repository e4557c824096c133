"""Official wages by occupation and place: what the reference market is drawn around."""

from functools import cache

import polars as pl

from data.errors import VocabularyError
from data.reference import FOLDER, reference
from data.vocabulary import vocabulary

NATION = "US"
PERCENTILES = ("p10_usd", "p25_usd", "p50_usd", "p75_usd", "p90_usd")
STEPS = {"p10_usd": 1.2816, "p25_usd": 0.6745, "p75_usd": 0.6745, "p90_usd": 1.2816}
"""Standard deviations between a normal distribution's percentile and its median."""

SMALLEST_SPREAD, LARGEST_SPREAD = 0.12, 0.7
"""Standard deviation of log wages: beyond these a few employers' pay scales speak, no market."""

REMAINDER = 0.02
"""Share of a state's people outside the listed metros, at least: a metro may reach into another."""


@cache
def official_wages() -> pl.DataFrame:
    """Return the published table: soc, area, employment, and percentiles in USD a year."""
    file = FOLDER / reference("market")["official"]["file"]
    return pl.read_csv(file, schema_overrides={"area": pl.String})


@cache
def wages() -> pl.DataFrame:
    """Return the wages that people are drawn from, one row an occupation and place.

    Returns:
        ``soc``, ``place`` (a metro's id, a region's code for the rest of a state, or ``NATION``),
        ``employment`` (0 for the nation), ``log_median`` (natural log of USD a year), and
        ``spread_low`` and ``spread_high``: the standard deviation of log wages on either side of
        the median. Each figure of a place is drawn towards less noisy ones, see ``_steadied``.

    Raises:
        VocabularyError: A role's occupation is neither in the table nor in ``stand_ins``.
    """
    by_place = _by_place()
    nation = by_place.filter(pl.col("place") == NATION).drop("place", "employment")
    steadied = _steadied(by_place, nation)
    known = pl.concat(
        [steadied, nation.with_columns(place=pl.lit(NATION), employment=0.0)], how="diagonal"
    )
    stand_ins = reference("market")["stand_ins"]
    missing = {str(role.attributes["soc"]) for role in vocabulary("roles").values()}
    missing -= {*nation["soc"], *stand_ins}
    if missing:
        raise VocabularyError(
            f"market.toml: no official wages of {', '.join(sorted(missing))}; "
            "add each to [stand_ins]"
        )
    copies = [
        known.filter(pl.col("soc") == like["like"]).with_columns(
            pl.lit(soc).alias("soc"), pl.col("log_median") + pl.lit(like["factor"]).log()
        )
        for soc, like in stand_ins.items()
    ]
    return pl.concat([known, *copies]).sort("soc", "place")


def _by_place() -> pl.DataFrame:
    """Return the official figures by occupation and place, areas of one metro made one."""
    official = reference("market")["official"]
    places = {official["nation"]: NATION, **official["states"]}
    for key, metro in vocabulary("metros").items():
        places |= dict.fromkeys(metro.attributes.get("oews", ()), key)
    median = pl.col("p50_usd").log()
    below = [(median - pl.col(p).log()) / STEPS[p] for p in PERCENTILES[:2]]
    above = [(pl.col(p).log() - median) / STEPS[p] for p in PERCENTILES[3:]]
    people = pl.col("employment")
    figures = pl.col("log_median", "spread_low", "spread_high")
    return (
        official_wages()
        .with_columns(
            place=pl.col("area").replace_strict(places, default=None),
            employment=people.cast(pl.Float64),
            log_median=median,
            spread_low=pl.mean_horizontal(below).clip(SMALLEST_SPREAD, LARGEST_SPREAD),
            spread_high=pl.mean_horizontal(above).clip(SMALLEST_SPREAD, LARGEST_SPREAD),
        )
        .drop_nulls("place")
        .group_by("soc", "place", maintain_order=True)
        .agg((figures * people).sum() / people.sum(), people.sum())
    )


def _steadied(by_place: pl.DataFrame, nation: pl.DataFrame) -> pl.DataFrame:
    """Return the figures of states' remainders and metros, drawn towards less noisy ones.

    The median is drawn towards the nation's times what the place pays over the nation in all
    occupations, the spreads towards the nation's: as if ``shrinkage_employees`` more said so.
    """
    more = pl.lit(float(reference("market")["official"]["shrinkage_employees"]))
    people = pl.col("employment")
    own = people / (people + more)
    premium = pl.col("log_median") - pl.col("log_median_nation")
    usual = ((premium * people).sum() / people.sum()).over("place")
    spreads = [
        (own * pl.col(name) + (1 - own) * pl.col(f"{name}_nation")).alias(name)
        for name in ("spread_low", "spread_high")
    ]
    steadied = (
        by_place.filter(pl.col("place") != NATION)
        .join(nation, on="soc", suffix="_nation")
        .select(
            "soc",
            "place",
            "employment",
            *spreads,
            log_median=pl.col("log_median_nation") + own * premium + (1 - own) * usual,
        )
    )
    return _without_metros(steadied)


def _without_metros(places: pl.DataFrame) -> pl.DataFrame:
    """Return ``places`` with each state's employment less that of its listed metros."""
    regions = {
        key: str(metro.attributes["region"])
        for key, metro in vocabulary("metros").items()
        if metro.attributes["country"] == NATION
    }
    in_metros = (
        places.with_columns(place=pl.col("place").replace_strict(regions, default=None))
        .drop_nulls("place")
        .group_by("soc", "place")
        .agg(pl.col("employment").sum().alias("in_metros"))
    )
    people = pl.col("employment")
    rest = (people - pl.col("in_metros").fill_null(0.0)).clip(lower_bound=REMAINDER * people)
    return places.join(in_metros, on=("soc", "place"), how="left", maintain_order="left").select(
        pl.exclude("in_metros", "employment"), rest.alias("employment")
    )
