"""How far a measured coverage may lie from the stated one by chance alone."""

import math

import numpy as np
from scipy.stats import norm

from training.metrics import LEVELS


def scalar_error(kept_back: int) -> float:
    """Return the relative standard error of a calibration's scalar, measured on ``kept_back``.

    It minimises the pinball loss summed over the levels t; for normal residuals with quantiles q
    its variance is J / (n H^2) with H = sum q^2 phi(q), the loss's curvature, and
    J = sum q_j q_k (min(t_j, t_k) - t_j t_k), the variance of its slope.

    Source: Koenker 2005, "Quantile Regression", section 4.2.
    """
    levels = np.asarray(LEVELS)
    quantiles = norm.ppf(levels)
    curvature = float((quantiles**2 * norm.pdf(quantiles)).sum())
    between = np.minimum.outer(levels, levels) - np.outer(levels, levels)
    slope = float(quantiles @ between @ quantiles)
    return math.sqrt(slope / kept_back) / curvature


def tolerance(stated: float, fresh: int, learned: int, kept_back: int) -> float:
    """Return three standard errors of a measured coverage.

    Three chances add up: who the fresh people are (binomial), who the residuals' quantiles were
    learned from (binomial too: the coverage between two order statistics is beta distributed), and
    the scalar, an error of which moves the coverage by 2 z phi(z).

    Args:
        stated: The stated coverage, 0 to 1.
        fresh: People measured on.
        learned: People whose residuals make the quantiles.
        kept_back: People the scalar was measured on.
    """
    z = float(norm.ppf((1 + stated) / 2))
    binomial = stated * (1 - stated) * (1 / fresh + 1 / learned)
    of_scalar = 2 * z * float(norm.pdf(z)) * scalar_error(kept_back)
    return 3 * math.sqrt(binomial + of_scalar**2)
