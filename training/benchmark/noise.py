"""The noise floor: the worst group gap that a perfectly calibrated model would show by chance."""

from dataclasses import dataclass

import numpy as np

from training.benchmark.groups import Groups

DRAWS = 1000
AT_ONCE = 100
"""Draws held in memory together."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The worst gap of a perfect model, in coverage: its median, and its 90th percentile."""

    median: float
    p90: float


def floor(groups: Groups, stated: float, rng: np.random.Generator) -> Floor:
    """Return the floor for ``groups``, whose rows are each covered with chance ``stated``.

    Rows that are one observation are covered together, and a row counts in each of its groups, as
    in what is measured. NaN without groups.
    """
    if not groups.names:
        return Floor(float("nan"), float("nan"))
    outcomes = int(groups.outcome.max()) + 1
    worst = []
    for _ in range(DRAWS // AT_ONCE):
        covered = rng.random((outcomes, AT_ONCE), dtype=np.float32) < stated
        gaps = np.abs(groups.coverages(covered[groups.outcome]) - stated)
        worst.append(gaps.max(axis=0))
    median, p90 = np.quantile(np.concatenate(worst), (0.5, 0.9))
    return Floor(float(median), float(p90))
