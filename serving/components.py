"""What a total is made of: base, bonus and equity, which add up to it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Components:
    """What the median is made of, USD a year; the three add up to it exactly."""

    base: float
    bonus: float
    equity: float


def split(median: float, base_share: float, equity_share: float) -> Components:
    """Return the components of a total of ``median``, USD a year; the three add up to it.

    Args:
        median: The total, USD a year.
        base_share: Predicted share of the base in the total; clipped to 0 to 1.
        equity_share: Predicted share of equity in what is left; clipped to 0 to 1.
    """
    base = median * min(max(base_share, 0.0), 1.0)
    equity = (median - base) * min(max(equity_share, 0.0), 1.0)
    return Components(base, median - base - equity, equity)


def split_many(median: np.ndarray, base_share: np.ndarray, equity_share: np.ndarray) -> np.ndarray:
    """Return ``split`` of each row: base, bonus and equity, float64, shape (rows, 3)."""
    base = median * np.clip(base_share, 0.0, 1.0)
    equity = (median - base) * np.clip(equity_share, 0.0, 1.0)
    return np.column_stack([base, median - base - equity, equity])
