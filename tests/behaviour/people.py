"""Random people: every field known or not, most of their words seen in training."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from data.record import INPUT_TYPES
from data.vocabulary import vocabulary
from tests.records import COMPANIES, PLACES, ROLES, SENIORITIES, STAGES

KNOWN_SHARE = 0.7


def random_people(n: int, seed: int = 0) -> pl.DataFrame:
    """Return the inputs of ``n`` random people; each optional one is known with odds of 0.7."""
    rng = np.random.default_rng(seed)
    place = rng.integers(0, len(PLACES), n)
    drawn: dict[str, list[object]] = {
        "title": pick(rng, ["Senior engineer", "Data person", "Head of data"], n),
        "role": pick(rng, [*ROLES, "sales_engineer"], n),
        "seniority": pick(rng, [*SENIORITIES, "director"], n),
        "track": pick(rng, ["individual", "manager"], n),
        "company": pick(rng, [*COMPANIES, "Nobody & sons"], n),
        "company_level": pick(rng, ["L3", "L4", "L5", "L6", "E9"], n),
        "company_stage": pick(rng, [*STAGES, "big_tech"], n),
        "company_size": rng.integers(1, 100_000, n).tolist(),
        "country": [PLACES[code][0] for code in place],
        "region": [PLACES[code][1] for code in place],
        "metro": [PLACES[code][2] for code in place],
        "locality": [PLACES[code][3] for code in place],
        "years_experience": rng.uniform(0, 40, n).round(1).tolist(),
        "years_at_company": rng.uniform(0, 20, n).round(1).tolist(),
        "remote_share": rng.uniform(0, 1, n).round(1).tolist(),
        "education": pick(rng, list(vocabulary("educations")), n),
        "observed_on": [date(2024, 1, 1) + timedelta(days=int(d)) for d in rng.integers(0, 900, n)],
    }
    known = {name: rng.random(n) < KNOWN_SHARE for name in drawn}
    known["role"] = np.ones(n, dtype=bool)
    skills = [["python", "sql", "rust"][: rng.integers(0, 4)] for _ in range(n)]
    columns: dict[str, object] = {
        name: [
            value if is_known else None for value, is_known in zip(values, known[name], strict=True)
        ]
        for name, values in drawn.items()
    }
    columns |= {"skills": skills, "stage_inferred": [False] * n, "pay_basis": ["total"] * n}
    columns |= {name: [None] * n for name in INPUT_TYPES if name not in columns}
    return pl.DataFrame(columns, schema_overrides=dict(INPUT_TYPES)).select(list(INPUT_TYPES))


def pick(rng: np.random.Generator, words: list[str] | list[str | None], n: int) -> list[object]:
    """Return ``n`` of ``words``, each as likely."""
    return [words[code] for code in rng.integers(0, len(words), n)]
