"""Coverage group by group: the worst gap, and the typical one without the part that is chance."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from training.evaluate import grouped

BY = ("role", "seniority", "company_stage", "country", "experience")
LEAST = 200
"""A group worth fewer separate held-out outcomes is not judged alone."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of held-out rows.

    Attributes:
        names: By what, and which, e.g. ("role", "data_scientist").
        member: Whether each row is in each group, float32 0 or 1, shape (groups, rows).
        separate: How many separate outcomes each group is worth, shape (groups,).
        outcome: Rows that are one observation (same group_id and pay) share a number, from 0 on,
            shape (rows,).
        repeated: How many groups hold ``LEAST`` rows, but mostly the same outcomes again, and so
            are not among these.
    """

    names: tuple[tuple[str, str], ...]
    member: np.ndarray
    separate: np.ndarray
    outcome: np.ndarray
    repeated: int = 0

    @classmethod
    def of(cls, records: pl.DataFrame) -> Self:
        """Return the groups of ``records`` that are worth ``LEAST`` outcomes or more."""
        same = records.select(pl.struct("group_id", "pay_usd").rank("dense")).to_series()
        outcome = same.to_numpy().astype(np.int64) - 1
        found, repeated = [], 0
        for by, words in grouped(records).items():
            for word in sorted({word for word in words if word is not None} if by in BY else ()):
                own = np.array([each == word for each in words])
                worth = separate(outcome[own])
                if worth >= LEAST:
                    found.append(((by, word), own, worth))
                elif own.sum() >= LEAST:
                    repeated += 1
        return cls(
            tuple(name for name, _, _ in found),
            np.array([own for _, own, _ in found], np.float32).reshape(-1, records.height),
            np.array([worth for _, _, worth in found]),
            outcome,
            repeated,
        )

    def coverages(self, covered: np.ndarray) -> np.ndarray:
        """Return the share of each group's rows that are ``covered``.

        Args:
            covered: Whether each row is, shape (rows, times).

        Returns:
            Shape (groups, times).
        """
        shares: np.ndarray = self.member @ covered.astype(np.float32)
        return shares / self.member.sum(axis=1, keepdims=True)

    def worst_gap(self, covered: np.ndarray, stated: float) -> float:
        """Return the largest distance of a group's coverage from ``stated``; NaN without groups."""
        if not self.names:
            return float("nan")
        return float(np.abs(self.coverages(covered[:, None]) - stated).max())

    def typical_gap(self, covered: np.ndarray, stated: float) -> float:
        """Return the root-mean-square distance from ``stated``, less what chance alone adds.

        Chance adds ``stated * (1 - stated) / n`` to the mean square, n being the group's number of
        separate outcomes. NaN without groups.
        """
        if not self.names:
            return float("nan")
        chance = stated * (1 - stated) / self.separate
        squared = (self.coverages(covered[:, None])[:, 0] - stated) ** 2
        return float(np.sqrt(max(float((squared - chance).mean()), 0.0)))


def separate(outcome: np.ndarray) -> float:
    """Return how many separate outcomes rows are worth that share those of equal number.

    ``n^2 / sum(m^2)`` for n rows in outcomes of m rows each: the same advertisement seen forty
    times is covered or missed as one.

    Source: Kish 1965, "Survey Sampling", section 8.2 (the design effect of unequal weights).

    >>> separate(np.array([0, 1, 2, 2]))
    2.6666666666666665
    """
    times = np.unique(outcome, return_counts=True)[1]
    return float(len(outcome) ** 2 / np.sum(times**2))
