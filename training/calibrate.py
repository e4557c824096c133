"""The calibration's one scalar: by how much out-of-fold residuals are too wide."""

import numpy as np
from scipy.optimize import minimize_scalar

from serving.calibration import Calibration
from training.metrics import LEVELS

USUAL, PRIOR = 0.97, 400.0
"""What the factor comes to as a rule, and how many records' word that rule is worth.

Measured on four public tables of pay: 0.96 to 0.99, as what is learned from all rows errs less than
what is learned from the other folds. A few hundred records alone would move it by chance.
"""


LEARNING = 0.12
"""Power of the number of records by which a model's error falls.

Source: the learning curve on Levels.fyi, 14.2, 13.1, 11.9 and 11.0 % of error at 4,600, 9,300,
18,600 and 37,000 records.
"""

FEW = 10_000
"""From so many records on, what would be gained is left as a margin: pay moves on meanwhile."""


def steadied(factor: float, n: float) -> float:
    """Return ``factor``, measured on records of weight ``n``, drawn towards the usual one.

    >>> round(steadied(1.01, 400.0), 2)
    0.99
    """
    return (n * factor + PRIOR * USUAL) / (n + PRIOR)


def narrowing(before: int, after: int) -> float:
    """Return by how much residuals shrink when ``after`` records are learned from, not ``before``.

    >>> round(narrowing(80, 100), 3)
    0.974
    >>> narrowing(80_000, 100_000)
    1.0
    """
    return (before / after) ** LEARNING if after < FEW else 1.0


def scalar(
    calibration: Calibration, residuals: np.ndarray, names: list[str], weights: np.ndarray
) -> float:
    """Return the factor on the quantile tables with the least pinball loss on held-out rows.

    Args:
        calibration: Tables measured out of fold.
        residuals: Standardised residuals of rows that no booster has seen, shape (rows,).
        names: Calibration group of each row, shape (rows,).
        weights: Weight of each row, shape (rows,).
    """
    quantiles = calibration.quantiles(names, LEVELS)
    levels = np.asarray(LEVELS)

    def loss(factor: float) -> float:
        over = residuals[:, None] - factor * quantiles
        of_row = np.maximum(levels * over, (levels - 1) * over).mean(axis=1)
        return float(np.average(of_row, weights=weights))

    return float(minimize_scalar(loss, bounds=(0.5, 1.5), method="bounded").x)
