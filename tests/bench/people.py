"""Invented people in files of any size, the same for everyone who measures."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from data.recognition import Recogniser
from data.vocabulary import vocabulary
from serving.scoring.writer import write

PIECE = 50_000
"""Rows made at once."""

PLACES = (("US", "San Francisco Bay Area"), ("US", "Austin"), ("FR", "Paris"), ("GB", "London"))
SKILLS = ("Python, SQL", "PyTorch", "Kubernetes, Go", "")
SCHEMA = pl.Schema(
    {
        "employee": pl.Int64,
        "title": pl.String,
        "country": pl.String,
        "metro": pl.String,
        "years_experience": pl.Float64,
        "skills": pl.String,
        "company_stage": pl.String,
        "note": pl.String,
    }
)


def people(rows: int, seed: int = 0, piece: int = PIECE) -> Iterator[pl.DataFrame]:
    """Yield ``rows`` people, ``piece`` at a time."""
    chance = random.Random(seed)  # noqa: S311  # nothing here is secret
    titles = [entry.en for entry in vocabulary("roles").values()]
    ranks = ("", "Senior ", "Junior ", "Staff ")
    stages = list(vocabulary("company_stages"))
    for start in range(0, rows, piece):
        numbers = range(start, min(start + piece, rows))
        places = [chance.choice(PLACES) for _ in numbers]
        columns = {
            "employee": numbers,
            "title": [chance.choice(ranks) + chance.choice(titles) for _ in numbers],
            "country": [country for country, _ in places],
            "metro": [metro for _, metro in places],
            "years_experience": [chance.randint(0, 240) / 10 for _ in numbers],
            "skills": [chance.choice(SKILLS) for _ in numbers],
            "company_stage": [chance.choice(stages) for _ in numbers],
            "note": [f"row {number}" for number in numbers],
        }
        yield pl.DataFrame(columns, schema=SCHEMA)


def write_people(path: Path, rows: int) -> None:
    """Write ``rows`` people to ``path``, in the format its name ends in."""
    write(path, people(rows), SCHEMA, list(SCHEMA))


def requests(
    count: int, recogniser: Recogniser, today: date
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield ``count`` people as they are asked for, and the record that each is read as."""
    names = ("title", "country", "metro", "years_experience", "skills", "company_stage")
    for frame in people(count, seed=7):
        for person in frame.select(names).iter_rows(named=True):
            skills = [each.strip() for each in person["skills"].split(",") if each.strip()]
            request = {**person, "skills": skills}
            asked = {**request, "location": request["metro"], "observed_on": today}
            yield request, recogniser.read(asked)[0]
