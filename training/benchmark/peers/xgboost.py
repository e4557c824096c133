"""XGBoost's quantile loss at all levels at once; native categories."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from features.column import Column
from training.metrics import LEVELS
from training.trees import Rows

ROUNDS, PATIENCE = 1000, 30
SETTINGS: Mapping[str, Any] = {
    "objective": "reg:quantileerror",
    "quantile_alpha": list(LEVELS),
    "tree_method": "hist",
    "learning_rate": 0.1,
    "max_depth": 7,
    "min_child_weight": 20,
    "colsample_bytree": 0.6,
    "subsample": 0.8,
    "max_cat_to_onehot": 8,
}


@dataclass(frozen=True)
class XgBoost:
    """XGBoost's multi-quantile loss."""

    settings: Mapping[str, Any] = field(default_factory=lambda: SETTINGS)

    def fit(self, rows: Rows, watched: Rows, seed: int) -> "Answer":
        """Return the model with the rounds at which ``watched`` fared best."""
        import xgboost

        train = _matrix(rows.matrix, rows.columns, rows)
        model = xgboost.train(
            {**self.settings, "seed": seed, "nthread": 1, "verbosity": 0},
            train,
            ROUNDS,
            evals=[(_matrix(watched.matrix, watched.columns, watched), "watched")],
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        return Answer(model[: model.best_iteration + 1], rows.columns)


@dataclass(frozen=True, slots=True)
class Answer:
    """A fitted XGBoost model."""

    model: Any
    columns: tuple[Column, ...]

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""
        found: np.ndarray = self.model.predict(_matrix(matrix, self.columns))
        return found.reshape(len(matrix), -1).astype(float)


def _matrix(matrix: np.ndarray, columns: tuple[Column, ...], told: Rows | None = None) -> Any:
    import xgboost

    return xgboost.DMatrix(
        matrix,
        label=told.target if told else None,
        weight=told.weight if told else None,
        feature_types=["c" if column.categorical else "float" for column in columns],
        enable_categorical=True,
        nthread=1,
    )
