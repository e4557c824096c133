"""One-hot ridge regression: words, skills and title as flags, numbers as splines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

from features.column import Column
from training.metrics import LEVELS
from training.trees import Rows

SETTINGS: Mapping[str, Any] = {"alphas": [0.5, 2.0, 8.0, 32.0, 128.0], "knots": 6}
FLAGS = ("title:", "skills:")
"""Columns that are 0 or 1 already begin so."""


@dataclass(frozen=True)
class OneHotRidge:
    """Ridge regression with the quantiles of its residuals on rows it has not seen."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice, plain JSON."""
        return SETTINGS

    def fit(self, rows: Rows, watched: Rows, seed: int) -> "Answer":  # noqa: ARG002 - an Engine
        """Return the regression of the best alpha, and its residuals' quantiles on ``watched``."""
        coding = _coding(rows.columns)
        matrix, seen = coding.fit_transform(rows.matrix), coding.transform(watched.matrix)
        tried = [
            Ridge(alpha).fit(matrix, rows.target, sample_weight=rows.weight)
            for alpha in SETTINGS["alphas"]
        ]
        residuals = [watched.target - ridge.predict(seen) for ridge in tried]
        best = int(np.argmin([np.mean(np.abs(each)) for each in residuals]))
        return Answer(coding, tried[best], np.quantile(residuals[best], LEVELS))


@dataclass(frozen=True, slots=True)
class Answer:
    """A fitted ridge regression."""

    coding: ColumnTransformer
    ridge: Ridge
    residuals: np.ndarray

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""
        location = self.ridge.predict(self.coding.transform(matrix))
        answer: np.ndarray = location[:, None] + self.residuals
        return answer


def _coding(columns: tuple[Column, ...]) -> ColumnTransformer:
    words = [place for place, column in enumerate(columns) if column.categorical]
    flags = [place for place, column in enumerate(columns) if column.name.startswith(FLAGS)]
    numbers = [place for place in range(len(columns)) if place not in {*words, *flags}]
    return make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", min_frequency=3), words),
        (SimpleImputer(strategy="constant", fill_value=0.0, keep_empty_features=True), flags),
        (
            make_pipeline(
                SimpleImputer(keep_empty_features=True),
                StandardScaler(),
                SplineTransformer(n_knots=SETTINGS["knots"]),
            ),
            numbers,
        ),
        sparse_threshold=1.0,
    )
