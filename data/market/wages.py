"""The wages that people are drawn around: the official ones, steadied where few people work."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import polars as pl

from data.errors import VocabularyError
from data.market.official import FIGURES, NATION, wages_by_place
from data.reference import reference
from data.vocabulary import vocabulary

LEAST_REMAINDER = 0.02
"""Share of a state's people outside the listed metros, at least: a metro may reach into another."""

LARGEST_STEP = 0.25
"""How far below its state (log wages) the rest may lie: what is left of a few is noise."""


@cache
def wages() -> pl.DataFrame:
    """Return the wages by every occupation of a role and place.

    Returns:
        The columns of ``wages_by_place``, but a state is what its listed metros leave of it, and
        the nation, there for those whose place has no figure, has no employment.

    Raises:
        VocabularyError: A role's occupation is neither official nor among ``[stand_ins]``.
    """
    places = wages_by_place()
    nation = places.filter(pl.col("place") == NATION).with_columns(employment=0.0)
    steadied = _steadied(_beside(places.filter(pl.col("place") != NATION), nation))
    known = pl.concat([_averaging_to_nation(_without_metros(steadied), nation), nation])
    return with_stand_ins(known, reference("market")["stand_ins"])


def with_stand_ins(known: pl.DataFrame, stand_ins: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Return the ``known`` wages and those of occupations that are like a known one times a factor.

    Raises:
        VocabularyError: A role's occupation is in neither.
    """
    wanted = {str(role.attributes["soc"]) for role in vocabulary("roles").values()}
    if missing := wanted - {*known["soc"], *stand_ins}:
        raise VocabularyError(
            f"market.toml: no official wages of {', '.join(sorted(missing))}; "
            "add each to [stand_ins]"
        )
    copies = [
        known.filter(pl.col("soc") == of["like"]).with_columns(
            pl.lit(soc).alias("soc"), pl.col("log_median") + pl.lit(of["factor"]).log()
        )
        for soc, of in stand_ins.items()
    ]
    return pl.concat([known, *copies]).sort("soc", "place")


def _beside(places: pl.DataFrame, nation: pl.DataFrame) -> pl.DataFrame:
    return places.join(
        nation.select("soc", *FIGURES), on="soc", suffix="_nation", maintain_order="left"
    )


def _steadied(places: pl.DataFrame) -> pl.DataFrame:
    """Return the figures of ``places`` drawn towards less noisy ones.

    The median is drawn towards the nation's times what the place pays over the nation in all
    occupations, the spreads towards the nation's: as if ``shrinkage_employees`` more said so.
    """
    more = float(reference("market")["official"]["shrinkage_employees"])
    people = pl.col("employment")
    own = people / (people + more)
    premium = pl.col("log_median") - pl.col("log_median_nation")
    usual = ((premium * people).sum() / people.sum()).over("place")
    low, high = (own * pl.col(name) + (1 - own) * pl.col(f"{name}_nation") for name in FIGURES[1:])
    return places.select(
        "soc",
        "place",
        log_median=pl.col("log_median_nation") + own * premium + (1 - own) * usual,
        spread_low=low,
        spread_high=high,
        employment=people,
    )


def _without_metros(places: pl.DataFrame) -> pl.DataFrame:
    """Return ``places`` with each state less its listed metros: fewer people, mostly paid less."""
    regions = {
        key: metro.attributes["region"]
        for key, metro in vocabulary("metros").items()
        if metro.attributes["country"] == NATION
    }
    people, median = pl.col("employment"), pl.col("log_median")
    in_metros = (
        places.with_columns(place=pl.col("place").replace_strict(regions, default=None))
        .drop_nulls("place")
        .group_by("soc", "place")
        .agg(people.sum(), (median * people).sum() / people.sum())
    )
    inside = pl.col("employment_metros").fill_null(0.0)
    rest = (people - inside).clip(lower_bound=LEAST_REMAINDER * people)
    # What a state as a whole pays is the mean of its metros and of the rest.
    step = ((median - pl.col("log_median_metros")) * inside / rest).clip(-LARGEST_STEP, 0.0)
    return (
        places.join(
            in_metros, on=("soc", "place"), how="left", suffix="_metros", maintain_order="left"
        )
        .with_columns(employment=rest, log_median=median + step.fill_null(0.0))
        .select(places.columns)
    )


def _averaging_to_nation(places: pl.DataFrame, nation: pl.DataFrame) -> pl.DataFrame:
    """Return ``places`` shifted, occupation by occupation, until their mean is the nation's median.

    By a few per cent: the median of all people is not the mean of the places' medians.
    """
    people = pl.col("employment")
    premium = pl.col("log_median") - pl.col("log_median_nation")
    mean = ((premium * people).sum() / people.sum()).over("soc")
    shifted = _beside(places, nation).with_columns(pl.col("log_median") - mean)
    return shifted.select(nation.columns)
