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


def steadied(factor: float, n: float) -> float:
    """Return ``factor``, measured on records of weight ``n``, drawn towards the usual one.

    >>> round(steadied(1.01, 400.0), 2)
    0.99
    """
    return (n * factor + PRIOR * USUAL) / (n + PRIOR)


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
