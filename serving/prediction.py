"""What the model says of one record, and of many."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Factor:
    """What one field does to the prediction: it is multiplied by ``factor``."""

    field: str
    factor: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where the pay of one person falls: log pay is ``location + scale * residual``.

    Attributes:
        location: Log of USD a year.
        scale: Spread of log pay around the location, widened beyond the last month known.
        spread: Standard error of the location, widened likewise.
        group: Calibration group whose residuals apply.
        row: The encoded record, float32, shape (columns,).
        widening: The scale over what it would be in the last month known: 1 up to that month.
    """

    location: float
    scale: float
    spread: float
    group: str
    row: np.ndarray
    widening: float = 1.0


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predictions for many records.

    Attributes:
        location: Log of USD a year, shape (rows,).
        scale: Spread of log pay, shape (rows,).
        groups: Calibration group of each row.
        quantiles: USD a year, shape (rows, levels), rising along a row.
        median: USD a year, shape (rows,).
        components: base, bonus and equity, USD a year, shape (rows, 3); NaN where not known.
    """

    location: np.ndarray
    scale: np.ndarray
    groups: list[str]
    quantiles: np.ndarray
    median: np.ndarray
    components: np.ndarray

    def of(self, rows: np.ndarray) -> "Predictions":
        """Return those of ``rows``, numbers of rows, rising."""
        return Predictions(
            self.location[rows],
            self.scale[rows],
            [self.groups[row] for row in rows],
            self.quantiles[rows],
            self.median[rows],
            self.components[rows],
        )
