"""NGBoost: natural-gradient boosting of a normal distribution of log pay."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm
from sklearn.tree import DecisionTreeRegressor

from training.benchmark.peers.dense import Dense
from training.metrics import LEVELS
from training.trees import Rows

ROUNDS, PATIENCE = 1000, 30
SETTINGS: Mapping[str, Any] = {
    "learning_rate": 0.03,
    "minibatch_frac": 0.5,
    "col_sample": 0.5,
}
TREE: Mapping[str, Any] = {"max_depth": 6, "min_samples_leaf": 20}


@dataclass(frozen=True)
class NgBoost:
    """NGBoost's normal distribution (Duan et al. 2020)."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice, plain JSON."""
        return {**SETTINGS, **TREE, "rounds": ROUNDS, "patience": PATIENCE}

    def fit(self, rows: Rows, watched: Rows, seed: int) -> "Answer":
        """Return the model with the rounds at which ``watched`` fared best."""
        from ngboost import NGBRegressor

        dense, matrix = Dense.fit(rows)
        model = NGBRegressor(
            **SETTINGS,
            Base=DecisionTreeRegressor(**TREE),
            n_estimators=ROUNDS,
            random_state=seed,
            verbose=False,
        )
        model.fit(
            matrix,
            rows.target,
            X_val=dense.encode(watched.matrix),
            Y_val=watched.target,
            sample_weight=rows.weight,
            val_sample_weight=watched.weight,
            early_stopping_rounds=PATIENCE,
        )
        return Answer(dense, model)


@dataclass(frozen=True, slots=True)
class Answer:
    """A fitted NGBoost model."""

    dense: Dense
    model: Any

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""
        best = self.model.best_val_loss_itr
        found = self.model.pred_dist(self.dense.encode(matrix), max_iter=best).params
        answer: np.ndarray = found["loc"][:, None] + found["scale"][:, None] * norm.ppf(LEVELS)
        return answer
