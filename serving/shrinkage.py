"""What a small group's measured share is worth: drawn to its parent's, with an interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from serving.certainty import NORMAL_95

LEAST_PRIOR, MOST_PRIOR = 100.0, 10_000.0
"""Records that a parent's word is worth, at the least and at the most."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Shares drawn to those of a parent.

    Attributes:
        shares: Shape (levels,).
        worth: How many records' word they are, those of the parent that count included.
    """

    shares: np.ndarray
    worth: float


def prior(own: Sequence[np.ndarray], parents: Sequence[np.ndarray], n: Sequence[float]) -> float:
    """Return how many records a parent's share is worth beside its groups' own.

    The variance of sibling groups' shares around their parent's, less the binomial part of it, is
    how much groups truly differ; a binomial share measured on that many records varies as much.

    Args:
        own: Measured shares of each group at several stated coverages, shape (levels,) each.
        parents: Those of its parent.
        n: Records of each group.

    Source: the moment estimator of DerSimonian and Laird 1986, equation 8, in units of the
    binomial variance, averaged over the stated coverages.

    >>> prior([np.array([0.7]), np.array([0.9])], [np.array([0.8])] * 2, [1000.0, 1000.0])
    100.0
    """
    if len(own) < 2:
        return MOST_PRIOR
    mean = np.array(parents)
    variance = mean * (1 - mean)
    usable = variance.min(axis=0) > 0.01
    if not usable.any():
        return MOST_PRIOR
    weight = np.array(n)[:, None]
    ratio = (np.array(own) - mean)[:, usable] ** 2 / variance[:, usable]
    truly = float(((weight * ratio).sum(axis=0) - len(own)).mean()) / float(weight.sum())
    return float(np.clip(1 / truly, LEAST_PRIOR, MOST_PRIOR)) if truly > 0 else MOST_PRIOR


def drawn(own: np.ndarray, n: float, parent: Drawn, strength: float) -> Drawn:
    """Return a group's ``own`` shares, measured on ``n`` records, drawn to its parent's.

    Its own count n / (n + strength). The worth is that of the posterior: its variance is the
    binomial one of n + strength records, and the parent's own by the share it has in it.
    """
    share = n / (n + strength)
    uncertain = 1 / (n + strength) + (1 - share) ** 2 / parent.worth
    return Drawn(share * own + (1 - share) * parent.shares, 1 / uncertain)


def wilson_interval(share: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a share measured on ``n`` records.

    Source: Wilson 1927, "Probable Inference", the score interval.

    >>> tuple(round(end, 3) for end in wilson_interval(0.8, 100))
    (0.711, 0.867)
    """
    z = NORMAL_95
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return centre - reach, centre + reach


def separate(outcomes: np.ndarray) -> float:
    """Return how many separate outcomes rows are worth that share those of equal number.

    ``n^2 / sum(m^2)`` for n rows in outcomes of m rows each: one person asked about five times is
    covered or missed nearly as one.

    Source: Kish 1965, "Survey Sampling", section 8.2.

    >>> separate(np.array([0, 0, 1, 1]))
    2.0
    """
    times = np.unique(outcomes, return_counts=True)[1]
    return float(len(outcomes) ** 2 / np.sum(times.astype(float) ** 2))
