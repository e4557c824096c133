"""quantile-forest: a random forest that keeps the training pay of every leaf."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.benchmark.peers.dense import Dense
from training.metrics import LEVELS
from training.trees import Rows

SETTINGS: Mapping[str, Any] = {
    "n_estimators": 100,
    "min_samples_leaf": 4,
    "max_features": 0.5,
    "max_samples_leaf": None,
}


@dataclass(frozen=True)
class Forest:
    """A quantile regression forest (Meinshausen 2006)."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice, plain JSON."""
        return SETTINGS

    def fit(self, rows: Rows, watched: Rows, seed: int) -> "Answer":  # noqa: ARG002 - an Engine
        """Return the forest; it has no rounds to stop."""
        from quantile_forest import RandomForestQuantileRegressor

        dense, matrix = Dense.fit(rows)
        forest = RandomForestQuantileRegressor(**SETTINGS, random_state=seed, n_jobs=1)
        fitted = forest.fit(matrix, rows.target, sample_weight=rows.weight, sparse_pickle=True)
        return Answer(dense, fitted)


@dataclass(frozen=True, slots=True)
class Answer:
    """A fitted forest."""

    dense: Dense
    forest: Any

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""
        found: np.ndarray = self.forest.predict(self.dense.encode(matrix), quantiles=list(LEVELS))
        return found.reshape(len(matrix), -1)
