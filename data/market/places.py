"""Where people of the reference market work, and how they write it."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from data.market.odds import Odds, chance, drawn, drawn_by
from data.market.official import NATION
from data.market.wages import wages
from data.reference import reference
from data.vocabulary import vocabulary

TOWNS = 6
"""Towns of a metro that people name, the first most often."""


def add_places(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` with ``country``, ``place`` (a key of ``wages``) and ``location``.

    Who has a named company works in one of its metros; others mostly where the official
    statistics count people of their occupation. Abroad the place is a metro, and wages know none.

    Args:
        people: ``soc``, ``family``, ``company``.
        rng: Draws.
    """
    market = reference("market")
    rows = people.height
    metros = {company["name"]: company["metros"] for company in market["companies"]}
    abroad = {c: _of_country(c) for c in market["countries"]}
    weights = {country: of["weight"] for country, of in market["countries"].items()}
    country = drawn(weights, rows, rng).set(~chance(market["places"]["abroad"], rows, rng), NATION)
    ai = {family: "ai" if of.get("ai") else "" for family, of in market["families"].items()}
    kinds = people.select(pl.col("soc") + pl.col("family").replace_strict(ai)).to_series()
    at_home = drawn_by(kinds, _odds_at_home(), rng)
    outside = drawn_by(country.set(country == NATION, None), abroad, rng)
    at_company = drawn_by(people["company"], metros, rng)
    place = pl.coalesce(
        at_company, pl.when(country == NATION).then(at_home).otherwise(outside)
    ).alias("place")
    of_metro = {id_: str(m.attributes["country"]) for id_, m in vocabulary("metros").items()}
    people = people.with_columns(place).with_columns(
        country=pl.when(pl.lit(at_company).is_not_null())
        .then(pl.col("place").replace_strict(of_metro, default=None))
        .otherwise(pl.lit(country))
    )
    return people.with_columns(location=_written(people["place"], rng))


def _of_country(country: str) -> Odds:
    """Return the metros of ``country``, all alike; nothing where none is known."""
    found = {
        id_: 1.0
        for id_, metro in vocabulary("metros").items()
        if metro.attributes["country"] == country
    }
    return found or {"": 1.0}


def _odds_at_home() -> Mapping[str, Odds]:
    """Return occupation (followed by "ai" for AI's people) -> place -> employees."""
    drawn_to = reference("market")["places"]["ai"]
    odds: dict[str, dict[str, float]] = {}
    for soc, place, people in wages().select("soc", "place", "employment").iter_rows():
        if people > 0:
            odds.setdefault(soc, {})[place] = people
            odds.setdefault(f"{soc}ai", {})[place] = people * drawn_to.get(place, 1.0)
    return odds


def _written(places: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Return each place as people write it: a town, the metro, or the state."""
    shares, metros = reference("market")["places"], vocabulary("metros")
    towns = {
        id_: {town: 1 / rank for rank, town in enumerate(metro.attributes["localities"][:TOWNS], 1)}
        for id_, metro in metros.items()
    }
    states = {
        region: {f"{region.removeprefix('US-')}, USA": 1.0}
        for region in reference("market")["official"]["states"].values()
    }
    labels = {id_: {metro.en: 1.0} for id_, metro in metros.items()}
    town = drawn_by(places, {**towns, **states}, rng)
    whole = drawn_by(places, {**labels, **states}, rng)
    # The country is said beside it.
    written = town.zip_with(~chance(shares["metro_only"], len(places), rng), whole)
    return written.set(chance(shares["country_only"], len(places), rng), None)
