"""Who lives in the reference market: work, seniority, employer, place, experience."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from data.market.odds import Odds, chance, drawn, drawn_by
from data.market.places import add_places
from data.reference import reference
from data.vocabulary import vocabulary

EVERYONE = "everyone"
"""The cohort of those who belong to none of the market's ``[[cohorts]]``."""

LADDERS = {"manager": "management", "c_level": "top"}
"""The seniority that a role stands for -> the ladder of those who have it."""


def draw_people(n: int, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``n`` people without their pay, in random order."""
    people = _with_work(_with_cohorts(n), rng)
    people = add_places(_with_employer(people, rng), rng)
    return _with_years(people, rng).sample(
        fraction=1.0, shuffle=True, seed=int(rng.integers(2**31))
    )


def _cohorts() -> Mapping[str, Mapping[str, Any]]:
    return {cohort["name"]: cohort for cohort in reference("market")["cohorts"]}


def _with_cohorts(n: int) -> pl.DataFrame:
    sizes = {name: round(cohort["share"] * n) for name, cohort in _cohorts().items()}
    sizes[EVERYONE] = n - sum(sizes.values())
    names = [name for name, size in sizes.items() for _ in range(size)]
    return pl.DataFrame({"cohort": pl.Series(names, dtype=pl.String)})


def _with_work(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` with role, family, soc, ladder, seniority, track and employment type."""
    market, roles = reference("market"), vocabulary("roles")
    odds = {name: cohort["roles"] for name, cohort in _cohorts().items()}
    people = people.with_columns(
        role=drawn_by(people["cohort"], {EVERYONE: role_odds(), **odds}, rng)
    )
    role = pl.col("role")
    people = people.with_columns(
        family=role.replace_strict({id_: r.attributes["family"] for id_, r in roles.items()}),
        soc=role.replace_strict({id_: r.attributes["soc"] for id_, r in roles.items()}),
        ladder=role.replace_strict({id_: _ladder(id_) for id_ in roles}),
    )
    own = {name: cohort["seniorities"] for name, cohort in _cohorts().items()}
    keys = people.select(
        pl.when(pl.col("cohort") == EVERYONE).then("ladder").otherwise("cohort")
    ).to_series()
    seniority = drawn_by(keys, {**market["ladders"], **own}, rng)
    tracks = {id_: s.attributes["track"] for id_, s in vocabulary("seniorities").items()}
    contract = chance(market["contract"]["share"], people.height, rng)
    return people.with_columns(
        seniority=seniority,
        track=seniority.replace_strict(tracks).replace("either", "individual"),
        employment_type=pl.when(seniority == "intern")
        .then(pl.lit("internship"))
        .when(contract & (pl.col("ladder") == "individual") & (pl.col("cohort") == EVERYONE))
        .then(pl.lit("contract"))
        .otherwise(pl.lit("full_time")),
    )


def role_odds() -> Odds:
    """Return how likely each role is among everyone: its family's weight, shared by its roles."""
    market = reference("market")
    families: dict[str, dict[str, float]] = {}
    for id_, role in vocabulary("roles").items():
        weight = market["roles"].get(id_, {}).get("weight", 1.0)
        families.setdefault(str(role.attributes["family"]), {})[id_] = weight
    return {
        role: market["families"][family]["weight"] * weight / sum(of_family.values())
        for family, of_family in families.items()
        for role, weight in of_family.items()
    }


def _ladder(role: str) -> str:
    attributes = vocabulary("roles")[role].attributes
    own = LADDERS.get(attributes.get("seniority", ""))
    return own or str(reference("market")["families"][attributes["family"]]["ladder"])


def _with_employer(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` with employer (kind), company, company_stage and company_size."""
    market = reference("market")
    mixes = {family: of["mix"] for family, of in market["families"].items()}
    keys = people.select(
        pl.when(pl.col("cohort") == EVERYONE)
        .then(pl.col("family").replace_strict(mixes))
        .otherwise("cohort")
    ).to_series()
    kinds = {c["name"]: c["employer"] for c in market["companies"]}
    asked = {
        name: cohort.get("employers") or _kinds_of(cohort["companies"], kinds)
        for name, cohort in _cohorts().items()
    }
    employer = drawn_by(keys, {**market["mixes"], **asked}, rng)
    people = people.with_columns(employer=employer)
    chosen = {name: c["companies"] for name, c in _cohorts().items() if "companies" in c}
    names = {kind: _company_odds(kind) for kind in market["employers"]}
    keys = people.select(
        pl.when(pl.col("cohort").is_in(list(chosen))).then("cohort").otherwise("employer")
    ).to_series()
    company = drawn_by(keys, {**names, **chosen}, rng)
    sizes = {c["name"]: float(c["size"]) for c in market["companies"]}
    usual = {kind: float(of["size"]) for kind, of in market["employers"].items()}
    wobble = pl.Series(np.exp(rng.normal(0.0, 0.7, people.height)))
    return people.with_columns(
        company=company,
        # A named company's stage is looked up by the day, as it is for a request.
        company_stage=pl.when(company.is_null()).then(
            pl.col("employer").replace_strict(
                {kind: of.get("stage") for kind, of in market["employers"].items()},
                return_dtype=pl.String,
            )
        ),
        company_size=pl.when(company.is_null())
        .then(pl.col("employer").replace_strict(usual) * wobble)
        .otherwise(company.replace_strict(sizes, default=None))
        .round()
        .clip(lower_bound=1.0),
    )


def _kinds_of(companies: Odds, kinds: Mapping[str, str]) -> Odds:
    odds: dict[str, float] = {}
    for name, weight in companies.items():
        odds[kinds[name]] = odds.get(kinds[name], 0.0) + weight
    return odds


def _company_odds(employer: str) -> Odds:
    market = reference("market")
    named = {c["name"]: c["weight"] for c in market["companies"] if c["employer"] == employer}
    return {"": market["employers"][employer]["unnamed"], **named}


def _with_years(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` with years of experience and at the company, education, remote and day."""
    market = reference("market")
    rows = people.height
    usual = {id_: s["years"] for id_, s in market["seniorities"].items()}
    degrees = {family: of["education"] for family, of in market["families"].items()}
    window = market["window"]
    days = rng.integers(0, round(365.25 * window["years"]), rows)
    factor = np.exp(rng.normal(0.0, 0.35, rows))
    tenure = rng.exponential(2.5, rows)
    remote = drawn(market["remote"], rows, rng).cast(pl.Float64)
    education = drawn_by(people["family"].replace_strict(degrees), market["educations"], rng)
    return (
        people.with_columns(
            usual_years=pl.col("seniority").replace_strict(usual),
            education=education,
            remote_share=remote,
            observed_on=pl.Series([window["until"] - timedelta(days=int(day)) for day in days]),
        )
        .with_columns(
            years_experience=_halves(pl.col("usual_years") * factor).clip(upper_bound=45.0),
        )
        .with_columns(
            years_at_company=pl.min_horizontal(
                _halves(pl.lit(pl.Series(tenure))), "years_experience"
            ),
        )
    )


def _halves(years: pl.Expr) -> pl.Expr:
    return (years * 2).round() / 2
