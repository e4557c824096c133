"""How good predictions are, on log pay; every function takes arrays and returns a number.

Log pay makes an error of 10 % count the same for a low and a high pay.
"""

from collections.abc import Sequence

import numpy as np

LEVELS: tuple[float, ...] = tuple(np.round(np.arange(1, 20) / 20, 2).tolist())
"""The 19 quantile levels the pinball loss is averaged over: 0.05 to 0.95."""


def pinball_loss(log_pay: np.ndarray, quantiles: np.ndarray, levels: Sequence[float]) -> float:
    """Return the mean pinball loss.

    Args:
        log_pay: Shape (rows,).
        quantiles: Predicted quantiles of log pay, shape (rows, levels).
        levels: The quantile levels, 0 to 1.

    Source: Koenker and Bassett 1978, "Regression Quantiles", equation 3.1.

    >>> pinball_loss(np.array([1.0]), np.array([[0.0]]), [0.9])
    0.9
    """
    over = log_pay[:, None] - quantiles
    tau = np.asarray(levels)
    return float(np.mean(np.maximum(tau * over, (tau - 1) * over)))


def coverage(log_pay: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """Return the share of rows whose pay lies in [lower, upper], 0 to 1."""
    return float(np.mean((log_pay >= lower) & (log_pay <= upper)))


def interval_score(
    log_pay: np.ndarray, lower: np.ndarray, upper: np.ndarray, stated: float
) -> float:
    """Return the mean interval (Winkler) score of intervals of ``stated`` coverage.

    Lower is better. It is the width, plus for a pay outside its distance to the interval times
    ``2 / (1 - stated)``.

    Source: Gneiting and Raftery 2007, "Strictly Proper Scoring Rules", section 6.2.
    """
    penalty = 2 / (1 - stated)
    outside = np.maximum(lower - log_pay, 0) + np.maximum(log_pay - upper, 0)
    return float(np.mean(upper - lower + penalty * outside))


def mean_width(lower: np.ndarray, upper: np.ndarray) -> float:
    """Return the mean width of the intervals, log pay."""
    return float(np.mean(upper - lower))


def median_absolute_percentage_error(log_pay: np.ndarray, log_median: np.ndarray) -> float:
    """Return the median of |predicted - actual| / actual, as a share of the actual pay."""
    return float(np.median(np.abs(np.expm1(log_median - log_pay))))
