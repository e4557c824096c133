"""LightGBM's quantile loss, one booster a level."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import lightgbm as lgb
import numpy as np

from training.metrics import LEVELS
from training.trees import QUIET, Rows

ROUNDS, PATIENCE = 1000, 30
SETTINGS: Mapping[str, Any] = {
    "objective": "quantile",
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.6,
    "cat_smooth": 10,
}


@dataclass(frozen=True)
class LightGbm:
    """LightGBM's quantile loss."""

    settings: Mapping[str, Any] = field(default_factory=lambda: SETTINGS)

    def fit(self, rows: Rows, watched: Rows, seed: int) -> "Answer":
        """Return a booster a level, each with the rounds at which ``watched`` fared best."""
        train = _dataset(rows)
        valid = _dataset(watched, train)
        return Answer(tuple(self._one(level, train, valid, seed) for level in LEVELS))

    def _one(self, level: float, train: lgb.Dataset, valid: lgb.Dataset, seed: int) -> lgb.Booster:
        return lgb.train(
            {**QUIET, **self.settings, "alpha": level, "seed": seed},
            train,
            ROUNDS,
            valid_sets=[valid],
            callbacks=[lgb.early_stopping(PATIENCE, verbose=False)],
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A booster for each of ``LEVELS``."""

    boosters: tuple[lgb.Booster, ...]

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""
        return np.column_stack([each.predict(matrix, num_threads=1) for each in self.boosters])


def _dataset(rows: Rows, reference: lgb.Dataset | None = None) -> lgb.Dataset:
    return lgb.Dataset(
        rows.matrix,
        rows.target,
        weight=rows.weight,
        categorical_feature=[i for i, column in enumerate(rows.columns) if column.categorical],
        reference=reference,
        params={"verbosity": -1},
        free_raw_data=False,
    )
