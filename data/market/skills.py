"""Which skills people have, and what those are worth beside everything else."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from data.reference import reference
from data.vocabulary import vocabulary


def add_skills(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` (``role``, ``cohort``) with ``skills`` and ``skill_factor``.

    ``skill_factor`` multiplies base pay: the worth of the dearest skill, and of each further one
    the part that does not overlap with it.
    """
    choice = reference("market")["skills"]
    counts = rng.integers(choice["fewest"], choice["most"] + 1, people.height)
    cohorts = people["cohort"].to_numpy()
    required = {c["name"]: tuple(c["skills"]) for c in reference("market")["cohorts"]}
    skills: list[list[str]] = [[]] * people.height
    for role in sorted(people["role"].unique()):
        rows = np.flatnonzero((people["role"] == role).to_numpy())
        pool = _pool(role)
        names = np.array(list(pool))
        # The largest of log weight plus Gumbel noise are a draw without replacement.
        ranked = np.argsort(
            -(np.log(list(pool.values())) + rng.gumbel(size=(len(rows), len(pool))))
        )
        for row, order in zip(rows, ranked, strict=True):
            known = (*required.get(cohorts[row], ()), *names[order].tolist())
            skills[row] = list(dict.fromkeys(known))[: counts[row]]
    return people.with_columns(
        pl.Series("skills", skills, pl.List(pl.String)),
        pl.Series("skill_factor", [_factor(known) for known in skills]),
    )


def _pool(role: str) -> Mapping[str, float]:
    choice = reference("market")["skills"]
    family = choice["pools"][vocabulary("roles")[role].attributes["family"]]
    return {**family, **dict.fromkeys(choice["roles"].get(role, ()), choice["core"])}


def _factor(skills: list[str]) -> float:
    choice = reference("market")["skills"]
    worth = sorted((choice["premiums"].get(skill, 1.0) for skill in skills), reverse=True)
    return float(worth[0] * np.prod(worth[1:]) ** choice["further"])
