"""For libraries without categories: every category as the mean log pay seen with it."""

from typing import Self

import numpy as np
from sklearn.preprocessing import TargetEncoder

from training.trees import Rows

MISSING = -99.0
"""What stands for nothing known, where a library refuses NaN: below every value there is."""


class Dense:
    """The matrix with scikit-learn's cross-fitted target means in place of category codes."""

    def __init__(self, categorical: list[int], means: TargetEncoder) -> None:
        self._categorical = categorical
        self._means = means

    @classmethod
    def fit(cls, rows: Rows) -> tuple[Self, np.ndarray]:
        """Return the coding learned from ``rows``, and their matrix cross-fitted."""
        categorical = [place for place, column in enumerate(rows.columns) if column.categorical]
        means = TargetEncoder(target_type="continuous")
        if not categorical:
            return cls(categorical, means), np.nan_to_num(rows.matrix, nan=MISSING)
        own = means.fit_transform(rows.matrix[:, categorical], rows.target)
        return cls(categorical, means), _whole(rows.matrix, categorical, own)

    def encode(self, matrix: np.ndarray) -> np.ndarray:
        """Return float32, shape (rows, columns), without NaN."""
        if not self._categorical:
            return np.nan_to_num(matrix, nan=MISSING)
        own = self._means.transform(matrix[:, self._categorical])
        return _whole(matrix, self._categorical, own)


def _whole(matrix: np.ndarray, categorical: list[int], own: np.ndarray) -> np.ndarray:
    answer = matrix.copy()
    answer[:, categorical] = own
    return np.nan_to_num(answer, nan=MISSING)
