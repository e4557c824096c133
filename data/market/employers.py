"""Who employs people of the reference market: kind of employer, company, stage, size."""

import numpy as np
import polars as pl

from data.market.cohorts import odds_keys, own_odds
from data.market.odds import Odds, drawn_by
from data.reference import reference

SIZE_NOISE = 0.7
"""Standard deviation of the log of the number of employees, among employers of one kind."""


def add_employer(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` (``cohort``, ``family``) with their employer.

    Returns:
        Further columns: employer (a kind of ``[employers]``), company (mostly null),
        company_stage (null where the company has a name, since it is looked up by the day, as it
        is for a request) and company_size (employees).
    """
    market = reference("market")
    mixes = {family: of["mix"] for family, of in market["families"].items()}
    keys = odds_keys(people, pl.col("family").replace_strict(mixes), "employers")
    people = people.with_columns(
        employer=drawn_by(keys, {**market["mixes"], **own_odds("employers")}, rng)
    )
    names = {kind: _company_odds(kind) for kind in market["employers"]}
    keys = odds_keys(people, pl.col("employer"), "companies")
    company = drawn_by(keys, {**names, **own_odds("companies")}, rng)
    stages = {kind: of["stage"] for kind, of in market["employers"].items()}
    usual = {kind: float(of["size"]) for kind, of in market["employers"].items()}
    sizes = {of["name"]: float(of["size"]) for of in market["companies"]}
    noise = pl.Series(np.exp(rng.normal(0.0, SIZE_NOISE, people.height)))
    known = company.replace_strict(sizes, default=None, return_dtype=pl.Float64)
    return people.with_columns(
        company=company,
        company_stage=pl.when(company.is_null()).then(pl.col("employer").replace_strict(stages)),
        company_size=pl.coalesce(known, pl.col("employer").replace_strict(usual) * noise)
        .round()
        .clip(lower_bound=1.0),
    )


def _company_odds(employer: str) -> Odds:
    market = reference("market")
    named = {of["name"]: of["weight"] for of in market["companies"] if of["employer"] == employer}
    return {"": market["employers"][employer]["unnamed"], **named}
