"""LightGBM's quantile loss, one booster a level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np

from training.benchmark.peers.peer import sized, told
from training.metrics import LEVELS
from training.trees import QUIET, Rows

ROUNDS, PATIENCE = 1000, 30
SETTINGS: Mapping[str, Any] = {
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.6,
    "cat_smooth": 10,
}
FROM_LARGE: Mapping[str, Any] = {"learning_rate": 0.1, "num_leaves": 63, "feature_fraction": 0.4}


@dataclass(frozen=True)
class LightGbm:
    """LightGBM's quantile loss."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice, plain JSON."""
        return told({**SETTINGS, "rounds": ROUNDS, "patience": PATIENCE}, FROM_LARGE)

    def fit(self, rows: Rows, watched: Rows, seed: int) -> "Answer":
        """Return a booster a level, each with the rounds at which ``watched`` fared best."""
        chosen = {**QUIET, **sized(SETTINGS, FROM_LARGE, rows), "objective": "quantile"}
        train = dataset(rows)
        valid = dataset(watched, train)
        boosters = [
            lgb.train(
                {**chosen, "alpha": level, "seed": seed},
                train,
                ROUNDS,
                valid_sets=[valid],
                callbacks=[lgb.early_stopping(PATIENCE, verbose=False)],
            )
            for level in LEVELS
        ]
        return Answer(tuple(boosters))


@dataclass(frozen=True, slots=True)
class Answer:
    """A booster for each of ``LEVELS``."""

    boosters: tuple[lgb.Booster, ...]

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""
        return np.column_stack([each.predict(matrix, num_threads=1) for each in self.boosters])


def dataset(rows: Rows, reference: lgb.Dataset | None = None) -> lgb.Dataset:
    """Return ``rows`` as LightGBM reads them, binned like ``reference`` where there is one."""
    return lgb.Dataset(
        rows.matrix,
        rows.target,
        weight=rows.weight,
        categorical_feature=[i for i, column in enumerate(rows.columns) if column.categorical],
        reference=reference,
        params={"verbosity": -1},
        # Boosters of all levels share one binned copy of the rows.
        free_raw_data=False,
    )
