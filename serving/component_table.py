"""What was seen of one component of pay: who has none of it, and how far the others lie apart."""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from serving.calibration import weighted_quantiles

LEVELS: tuple[float, ...] = (
    *(0.005, 0.01, 0.025),
    *np.round(np.arange(1, 20) / 20, 2).tolist(),
    *(0.975, 0.99, 0.995),
)
"""Quantile levels of a bin, of those who have the component."""

LEAST_SHARE = 0.002
"""A component predicted to be a smaller share of pay counts as this much."""

BINS, OF_BIN = 10, 150
"""Bins at the most, and records that each needs."""


@dataclass(frozen=True, slots=True)
class ComponentRange:
    """Where a component falls, USD a year, and the share of such people who have none of it."""

    lower: float
    upper: float
    none_share: float


@dataclass(frozen=True)
class Table:
    """What was seen of one component.

    Attributes:
        shares: Log of the predicted share at the middle of each bin, rising.
        none: Share of people without the component, by bin.
        quantiles: At ``LEVELS``, of those who have it, by bin.
    """

    shares: tuple[float, ...]
    none: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]

    @classmethod
    def measure(
        cls, share: np.ndarray, actual: np.ndarray, scale: np.ndarray, weight: np.ndarray
    ) -> Self:
        """Return the table of records that no booster has seen.

        Args:
            share: Predicted share of pay, shape (rows,).
            actual: What it was, as a share of the predicted pay, shape (rows,).
            scale: Predicted scale of log pay, shape (rows,).
            weight: Shape (rows,).
        """
        log_share = np.log(np.maximum(share, LEAST_SHARE))
        bins = int(np.clip(len(share) // OF_BIN, 1, BINS))
        edges = np.unique(weighted_quantiles(log_share, weight, np.arange(1, bins) / bins))
        # Closed above: those at the least share are often many, and a bin of their own.
        place = np.digitize(log_share, edges, right=True)
        rows = []
        for each in np.unique(place):
            own = place == each
            some = own & (actual > 0)
            ratio = (np.log(actual[some]) - log_share[some]) / scale[some]
            rows.append(
                (
                    float(np.average(log_share[own], weights=weight[own])),
                    1 - float(weight[some].sum() / weight[own].sum()),
                    weighted_quantiles(ratio, weight[some], LEVELS) if some.any() else None,
                )
            )
        middle, none, tables = zip(*rows, strict=True)
        # Where nobody has any, the amounts of the others stand in: they are never asked for.
        known = [table for table in tables if table is not None] or [np.zeros(len(LEVELS))]
        filled = [known[0] if table is None else table for table in tables]
        return cls(middle, none, tuple(tuple(table.round(4).tolist()) for table in filled))

    def scaled(self, factor: float) -> Self:
        """Return the table with every quantile multiplied by ``factor``."""
        rows = (tuple(factor * each for each in row) for row in self.quantiles)
        return replace(self, quantiles=tuple(rows))

    def range(self, share: float, pay: float, scale: float, coverage: float) -> ComponentRange:
        """Return where the component falls.

        The central interval, but from exactly 0 where more people than its lower tail holds have
        none; it then ends no lower than where the whole coverage is reached.

        Args:
            share: Predicted share of the pay, 0 to 1.
            pay: Predicted pay, USD a year.
            scale: Predicted scale of log pay.
            coverage: 0 to 1.
        """
        log_share = math.log(max(share, LEAST_SHARE))
        low = min(max(bisect_right(self.shares, log_share) - 1, 0), len(self.shares) - 1)
        high = min(low + 1, len(self.shares) - 1)
        span = self.shares[high] - self.shares[low]
        part = min(max((log_share - self.shares[low]) / span, 0.0), 1.0) if span else 0.0
        none = (1 - part) * self.none[low] + part * self.none[high]
        tail = (1 - coverage) / 2

        def amount(level: float) -> float:
            if level <= none:
                return 0.0
            place, of_right = _place((level - none) / (1 - none))
            left, right = (
                (1 - of_right) * table[place - 1] + of_right * table[place]
                for table in (self.quantiles[low], self.quantiles[high])
            )
            return pay * math.exp(log_share + scale * ((1 - part) * left + part * right))

        lower = amount(tail)
        # 1 - none: or a wider coverage that takes the lower end to 0 would lower the upper one.
        upper = amount(1 - tail) if none < tail else amount(max(coverage, 1 - none))
        point = share * pay
        return ComponentRange(min(lower, point), max(upper, point), none)


def _place(level: float) -> tuple[int, float]:
    """Return which of ``LEVELS`` follows ``level``, and how much of the way to it lies behind."""
    place = min(max(bisect_right(LEVELS, level), 1), len(LEVELS) - 1)
    left, right = LEVELS[place - 1], LEVELS[place]
    return place, min(max((level - left) / (right - left), 0.0), 1.0)
