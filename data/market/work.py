"""What people of the reference market do: role, seniority, track, kind of employment."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from data.errors import VocabularyError
from data.market.cohorts import EVERYONE, odds_keys, own_odds
from data.market.odds import Odds, chance, drawn_by
from data.reference import reference
from data.vocabulary import vocabulary

LADDERS = {"manager": "management", "c_level": "top"}
"""The seniority that a role stands for -> the ladder of those who have it."""


def add_work(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` (``cohort``) with their work.

    Returns:
        Further columns: role, its family, soc and ladder, seniority, track, employment_type.

    Raises:
        VocabularyError: A role's family is not in the market's ``[families]``.
    """
    market, roles = reference("market"), vocabulary("roles")
    keys = odds_keys(people, pl.col("cohort"), "roles")
    role = drawn_by(keys, {EVERYONE: role_odds(market), **own_odds("roles")}, rng)
    people = people.with_columns(
        role=role,
        family=role.replace_strict({id_: r.attributes["family"] for id_, r in roles.items()}),
        soc=role.replace_strict({id_: r.attributes["soc"] for id_, r in roles.items()}),
        ladder=role.replace_strict({id_: _ladder(id_) for id_ in roles}),
    )
    keys = odds_keys(people, pl.col("ladder"), "seniorities")
    seniority = drawn_by(keys, {**market["ladders"], **own_odds("seniorities")}, rng)
    tracks = {id_: s.attributes["track"] for id_, s in vocabulary("seniorities").items()}
    hired = (pl.col("ladder") != "individual") | (pl.col("cohort") != EVERYONE)
    hired |= ~chance(market["contract"]["share"], people.height, rng)
    return people.with_columns(
        seniority=seniority,
        track=seniority.replace_strict(tracks).replace("either", "individual"),
        employment_type=pl.when(seniority == "intern")
        .then(pl.lit("internship"))
        .when(hired)
        .then(pl.lit("full_time"))
        .otherwise(pl.lit("contract")),
    )


def role_odds(market: Mapping[str, Any]) -> Odds:
    """Return how likely each role is among everyone: its family's weight, shared by its roles.

    Args:
        market: The assumptions: ``families`` and ``roles``.

    Raises:
        VocabularyError: A role's family is not in the market's ``[families]``.
    """
    by_family: dict[str, dict[str, float]] = {}
    for id_, role in vocabulary("roles").items():
        weight = market["roles"].get(id_, {}).get("weight", 1.0)
        by_family.setdefault(str(role.attributes["family"]), {})[id_] = weight
    if missing := by_family.keys() - market["families"].keys():
        raise VocabularyError(f"market.toml: [families] lacks {', '.join(sorted(missing))}")
    return {
        role: market["families"][family]["weight"] * weight / sum(roles.values())
        for family, roles in by_family.items()
        for role, weight in roles.items()
    }


def _ladder(role: str) -> str:
    attributes = vocabulary("roles")[role].attributes
    usual = str(reference("market")["families"][attributes["family"]]["ladder"])
    return LADDERS.get(attributes.get("seniority", ""), usual)
