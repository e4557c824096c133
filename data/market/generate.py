"""The reference market drawn: as many synthetic people as asked for."""

import numpy as np
import polars as pl

from data.market.odds import chance
from data.market.pay import AMOUNTS, add_pay
from data.market.people import draw_people
from data.market.skills import add_skills
from data.market.titles import add_titles
from data.reference import reference

WORDS = (
    "title",
    "role",
    "seniority",
    "track",
    "skills",
    "company",
    "company_stage",
    "company_size",
    "location",
    "country",
    "remote_share",
    "years_experience",
    "years_at_company",
    "education",
    "employment_type",
    "observed_on",
)


def generate(n: int = 40_000, seed: int = 0) -> pl.DataFrame:
    """Return ``n`` synthetic people and their pay, USD a year: ``WORDS`` and ``AMOUNTS``.

    The same ``n`` and ``seed`` give the same rows. Nobody has a gender or an ethnicity.

    Args:
        n: How many people.
        seed: Seed of every draw.
    """
    return _with_gaps(draw(n, seed), np.random.default_rng((seed, 1))).select(*WORDS, *AMOUNTS)


def draw(n: int, seed: int) -> pl.DataFrame:
    """Return the same people with all that was drawn for them and nothing left empty."""
    rng = np.random.default_rng(seed)
    people = add_skills(draw_people(n, rng), rng)
    unsaid = chance(reference("market")["unsaid"]["seniority_in_title"], people.height, rng)
    return add_pay(add_titles(people.with_columns(said=~unsaid), rng), rng)


def _with_gaps(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` with fields left empty as often as people leave them."""
    unsaid, rows = reference("market")["unsaid"], people.height
    brief = chance(unsaid["brief"], rows, rng)
    gaps = {name: brief | chance(share, rows, rng) for name, share in unsaid["fields"].items()}
    gaps["company_stage"] = chance(unsaid["company_stage"], rows, rng)
    # The track says whether someone manages people, and with it something of the seniority.
    gaps["seniority"] = gaps["track"] = chance(unsaid["seniority"], rows, rng) & ~people["said"]
    return people.with_columns(
        pl.when(~pl.lit(gap)).then(name).alias(name) for name, gap in gaps.items()
    )
