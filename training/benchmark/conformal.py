"""Split-conformal correction: quantiles moved until they hold on rows the peer did not learn from.

Every peer is corrected in both usual ways and compared by the better one.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Self

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator, RegressorMixin

from training.benchmark.peers.peer import LARGE
from training.metrics import LEVELS
from training.split import drawn

SHARE, SHARE_OF_LARGE = 0.2, 0.1
"""Share of the training groups kept back to calibrate, below ``LARGE`` training rows and above."""

Correction = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""Quantiles and log pay of the calibration rows, quantiles asked for; those quantiles corrected."""


def divided(training: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of ``training`` to learn from and those to calibrate on, split by group."""
    share = SHARE_OF_LARGE if training.height >= LARGE else SHARE
    kept_back = drawn(training["group_id"], share, np.random.default_rng(seed))
    return training.filter(~kept_back), training.filter(kept_back)


def per_level(seen: np.ndarray, log_pay: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return ``asked`` with each level moved by its own quantile of the calibration errors.

    Weibull's plotting position makes it exact: of new rows like the calibration rows a share
    equal to the level is expected below.

    Args:
        seen: Quantiles of the calibration rows at ``LEVELS``, shape (calibration rows, 19).
        log_pay: Log pay of the calibration rows.
        asked: Quantiles to correct, shape (rows, 19).

    Source: Lei et al. 2018, "Distribution-Free Predictive Inference for Regression", section 2.
    """
    errors = log_pay[:, None] - seen
    moves = [
        np.quantile(errors[:, place], level, method="weibull") for place, level in enumerate(LEVELS)
    ]
    corrected: np.ndarray = asked + np.array(moves)
    return corrected


def cqr(seen: np.ndarray, log_pay: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return ``asked`` with each central interval widened or narrowed by MAPIE; the median stays.

    Source: Romano, Patterson and Candès 2019, "Conformalized Quantile Regression", equation 7.
    """
    from mapie.regression import ConformalizedQuantileRegressor

    corrected = asked.copy()
    half = len(LEVELS) // 2
    for lower, upper in zip(range(half), range(len(LEVELS) - 1, half, -1), strict=True):
        three = [Level(place) for place in (lower, upper, half)]
        stated = round(LEVELS[upper] - LEVELS[lower], 4)
        mapie = ConformalizedQuantileRegressor(three, confidence_level=stated, prefit=True)
        mapie.conformalize(seen, log_pay)
        _, ends = mapie.predict_interval(asked, symmetric_correction=True)
        corrected[:, [lower, upper]] = ends[:, :, 0]
    return corrected


class Level(RegressorMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn is untyped
    """One level of quantiles already predicted, as the fitted model that MAPIE asks for."""

    is_fitted = True  # MAPIE looks for it

    def __init__(self, place: int) -> None:
        self.place = place

    def fit(self, quantiles: np.ndarray, log_pay: np.ndarray) -> Self:  # noqa: ARG002 - its form
        """Return itself; nothing is left to learn."""
        return self

    def predict(self, quantiles: np.ndarray) -> np.ndarray:
        """Return the column of ``quantiles`` at this level."""
        return quantiles[:, self.place]


def corrections() -> Mapping[str, Correction]:
    """Return the corrections by name; CQR is MAPIE's, and so is there only with it."""
    found: dict[str, Correction] = {"per level": per_level}
    return found | ({"CQR": cqr} if find_spec("mapie") else {})
