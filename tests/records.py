"""Invented pay records whose truth is known: what every test of the upper floors is fed with."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from data.load import Loaded
from data.record import RECORD_TYPES, REJECT_TYPES
from data.vocabulary import vocabulary
from training.gather import Pooled, describe

ROLES = ("software_engineer", "data_scientist", "machine_learning_engineer", "product_manager")
SENIORITIES = ("junior", "mid", "senior", "staff")
STAGES = ("seed", "series_b", "public", None)
PLACES = (
    ("US", "US-CA", "san_francisco_bay_area", "San Francisco, CA"),
    ("US", "US-TX", "austin", "Austin, TX"),
    ("FR", None, "paris", "Paris"),
)
COMPANIES = ("Acme", "Globex", "Initech", None)
SPREAD = 0.25
"""Standard deviation of log pay around its location."""


def pool(records: pl.DataFrame) -> Pooled:
    """Return ``records`` as a run holds them."""
    heard = pl.DataFrame(
        schema={"field": pl.String, "given": pl.String, "id": pl.String, "rows": pl.Int64}
    )
    loaded = Loaded(
        records=records,
        rejects=pl.DataFrame(schema=REJECT_TYPES),
        heard=heard,
        rows_read={"made": records.height},
        without_pay={"made": 0},
    )
    digests = {"made": "0" * 64}
    return Pooled(loaded, digests, describe(loaded, digests))


def make_records(n: int = 1500, seed: int = 0) -> pl.DataFrame:
    """Return ``n`` records whose log pay is a known location plus normal noise of ``SPREAD``."""
    rng = np.random.default_rng(seed)
    role, level, stage, place, company = (
        rng.integers(0, len(words), n) for words in (ROLES, SENIORITIES, STAGES, PLACES, COMPANIES)
    )
    years = rng.uniform(0, 15, n).round(1)
    location = 11.3 + 0.1 * role + 0.2 * level - 0.25 * place + 0.02 * years + 0.1 * (company == 0)
    pay = np.exp(location + SPREAD * rng.normal(size=n))
    days = [date(2024, 1, 1) + timedelta(days=int(day)) for day in rng.integers(0, 700, n)]
    skilled = rng.random(n) < 0.5
    columns = {
        "record_id": [f"made:{row}" for row in range(n)],
        "group_id": [f"made:{row}" for row in range(n)],
        "source": ["made"] * n,
        "weight": [1.0] * n,
        "currency": ["USD"] * n,
        "pay_period": ["year"] * n,
        "total_compensation": pay,
        "pay_usd": pay,
        "base_usd": 0.7 * pay,
        "bonus_usd": 0.1 * pay,
        "equity_usd": 0.2 * pay,
        "title": [vocabulary("roles")[ROLES[code]].en for code in role],
        "role": [ROLES[code] for code in role],
        "seniority": [SENIORITIES[code] for code in level],
        "track": ["individual"] * n,
        "skills": [["python", "sql"] if own else [] for own in skilled],
        "company": [COMPANIES[code] for code in company],
        "company_level": [f"L{code + 3}" for code in level],
        "company_stage": [STAGES[code] for code in stage],
        "stage_inferred": [False] * n,
        "country": [PLACES[code][0] for code in place],
        "region": [PLACES[code][1] for code in place],
        "metro": [PLACES[code][2] for code in place],
        "locality": [PLACES[code][3] for code in place],
        "years_experience": years,
        "years_at_company": (years / 3).round(1),
        "fte_share": [1.0] * n,
        "observed_on": days,
        "pay_basis": ["total"] * n,
    }
    empty = {name: [None] * n for name in RECORD_TYPES if name not in columns}
    return pl.DataFrame({**columns, **empty}, schema_overrides=dict(RECORD_TYPES)).select(
        list(RECORD_TYPES)
    )
