"""CatBoost with one model for all levels (MultiQuantile); its own coding of categories."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from features.column import Column
from training.metrics import LEVELS
from training.trees import Rows

SETTINGS: Mapping[str, Any] = {
    "loss_function": "MultiQuantile:alpha=" + ",".join(map(str, LEVELS)),
    "learning_rate": 0.1,
    "depth": 8,
    "iterations": 1000,
    "early_stopping_rounds": 50,
    "leaf_estimation_iterations": 1,
    "boosting_type": "Plain",
}


@dataclass(frozen=True)
class CatBoost:
    """CatBoost's multi-quantile loss."""

    settings: Mapping[str, Any] = field(default_factory=lambda: SETTINGS)

    def fit(self, rows: Rows, watched: Rows, seed: int) -> "Answer":
        """Return the model with the rounds at which ``watched`` fared best."""
        import catboost

        model = catboost.CatBoostRegressor(
            **self.settings,
            random_seed=seed,
            thread_count=1,
            allow_writing_files=False,
            verbose=False,
        )
        model.fit(_pool(rows), eval_set=_pool(watched))
        return Answer(model, rows.columns)


@dataclass(frozen=True, slots=True)
class Answer:
    """A fitted CatBoost model."""

    model: Any
    columns: tuple[Column, ...]

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""
        found: np.ndarray = self.model.predict(_frame(matrix, self.columns), thread_count=1)
        return found


def _pool(rows: Rows) -> Any:
    import catboost

    return catboost.Pool(
        _frame(rows.matrix, rows.columns),
        rows.target,
        cat_features=[column.name for column in rows.columns if column.categorical],
        weight=rows.weight,
    )


def _frame(matrix: np.ndarray, columns: tuple[Column, ...]) -> pd.DataFrame:
    # CatBoost takes a category as an integer, an unknown one too.
    return pd.DataFrame(
        {
            column.name: np.nan_to_num(matrix[:, place], nan=-1).astype(np.int32)
            if column.categorical
            else matrix[:, place]
            for place, column in enumerate(columns)
        }
    )
