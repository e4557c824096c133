"""XGBoost's quantile loss at all levels at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.benchmark.peers.peer import sized, told
from training.metrics import LEVELS
from training.trees import Rows

ROUNDS, PATIENCE = 1000, 30
SETTINGS: Mapping[str, Any] = {
    "tree_method": "hist",
    "learning_rate": 0.1,
    "max_depth": 5,
    "min_child_weight": 10,
    "colsample_bytree": 0.6,
    "subsample": 0.8,
    "max_cat_to_onehot": 8,
}
# On levels_fyi a step of 0.2 costs it 0.13 % of its loss and halves a fit of six minutes.
FROM_LARGE: Mapping[str, Any] = {"learning_rate": 0.2, "max_depth": 7}


@dataclass(frozen=True)
class XgBoost:
    """XGBoost's multi-quantile loss."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice, plain JSON."""
        return told({**SETTINGS, "rounds": ROUNDS, "patience": PATIENCE}, FROM_LARGE)

    def fit(self, rows: Rows, watched: Rows, seed: int) -> "Answer":
        """Return the model with the rounds at which ``watched`` fared best."""
        import xgboost

        model = xgboost.train(
            {
                **sized(SETTINGS, FROM_LARGE, rows),
                "objective": "reg:quantileerror",
                "quantile_alpha": list(LEVELS),
                "seed": seed,
                "nthread": 1,
                "verbosity": 0,
            },
            _matrix(rows),
            ROUNDS,
            evals=[(_matrix(watched), "watched")],
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        return Answer(model[: model.best_iteration + 1])


@dataclass(frozen=True, slots=True)
class Answer:
    """A fitted XGBoost model."""

    model: Any

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""
        found: np.ndarray = self.model.inplace_predict(matrix)
        return found.reshape(len(matrix), -1).astype(float)


def _matrix(rows: Rows) -> Any:  # noqa: ANN401 - xgboost.DMatrix, where it is installed
    import xgboost

    return xgboost.DMatrix(
        rows.matrix,
        label=rows.target,
        weight=rows.weight,
        feature_types=["c" if column.categorical else "float" for column in rows.columns],
        enable_categorical=True,
        nthread=1,
    )
