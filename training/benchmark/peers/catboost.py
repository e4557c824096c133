"""CatBoost with one model for all levels (MultiQuantile)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.column import Column
from training.benchmark.peers.peer import sized, told
from training.metrics import LEVELS
from training.trees import Rows

SETTINGS: Mapping[str, Any] = {
    "learning_rate": 0.05,
    "depth": 6,
    "iterations": 1500,
    "early_stopping_rounds": 40,
    "max_ctr_complexity": 1,
    "boosting_type": "Plain",
}
FROM_LARGE: Mapping[str, Any] = {"learning_rate": 0.1, "rsm": 0.5}


@dataclass(frozen=True)
class CatBoost:
    """CatBoost's multi-quantile loss."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice, plain JSON."""
        return told(SETTINGS, FROM_LARGE)

    def fit(self, rows: Rows, watched: Rows, seed: int) -> "Answer":
        """Return the model with the rounds at which ``watched`` fared best."""
        import catboost

        model = catboost.CatBoostRegressor(
            **sized(SETTINGS, FROM_LARGE, rows),
            loss_function="MultiQuantile:alpha=" + ",".join(map(str, LEVELS)),
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
        found: np.ndarray = self.model.predict(_readable(matrix, self.columns), thread_count=1)
        return found.reshape(len(matrix), -1)


def _pool(rows: Rows) -> Any:  # noqa: ANN401 - catboost.Pool, where it is installed
    import catboost

    return catboost.Pool(
        _readable(rows.matrix, rows.columns),
        rows.target,
        cat_features=[place for place, column in enumerate(rows.columns) if column.categorical],
        weight=rows.weight,
    )


def _readable(matrix: np.ndarray, columns: tuple[Column, ...]) -> np.ndarray | pd.DataFrame:
    if not any(column.categorical for column in columns):
        return matrix
    # CatBoost takes a category as an integer, an unknown one too.
    return pd.DataFrame(
        {
            column.name: np.nan_to_num(matrix[:, place], nan=-1).astype(np.int32)
            if column.categorical
            else matrix[:, place]
            for place, column in enumerate(columns)
        }
    )
