"""The usual way: one booster a quantile on a data frame of words, as an MLflow model.

Its words are ids of our vocabularies, given to it ready: it matches nothing, and answers six
numbers without any interval's coverage, components or reasons.
"""

import json
from pathlib import Path
from typing import Any

import lightgbm as lgb
import mlflow
import numpy as np
import pandas as pd
import polars as pl
from mlflow.pyfunc.model import PythonModel, PythonModelContext

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
WORDS = ("role", "seniority", "company_stage", "country", "metro")
NUMBERS = ("years_experience",)
TREES, LEAVES = 500, 63


class Six:
    """The boosters and what their words are.

    Args:
        folder: What ``fit`` wrote.
    """

    def __init__(self, folder: Path) -> None:
        told = json.loads((folder / "words.json").read_text())
        self._kinds = {word: pd.CategoricalDtype(told[word]) for word in WORDS}
        self._boosters = [lgb.Booster(model_file=str(folder / f"{n}.txt")) for n in range(6)]

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return six quantiles of pay, USD a year, for each row of ``frame``."""
        known = frame.reindex(columns=[*WORDS, *NUMBERS]).astype(
            {**self._kinds, **dict.fromkeys(NUMBERS, float)}
        )
        return pd.DataFrame(
            {
                f"p{100 * level:.0f}": np.exp(np.asarray(booster.predict(known)))
                for level, booster in zip(LEVELS, self._boosters, strict=True)
            }
        )


class SixModel(PythonModel):
    """``Six`` as MLflow's users wrap a model."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the boosters that were logged beside this code."""
        self._six = Six(Path(context.artifacts["six"]))

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002  # MLflow passes it by name
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> pd.DataFrame:
        """Return six quantiles a row."""
        return self._six.predict(model_input)


def fit(records: pl.DataFrame, folder: Path) -> None:
    """Fit the boosters on ``records`` and write them into ``folder``."""
    folder.mkdir(parents=True)
    words = {word: sorted(records[word].drop_nulls().unique().to_list()) for word in WORDS}
    (folder / "words.json").write_text(json.dumps(words))
    frame = records.select(*WORDS, *NUMBERS).to_pandas()
    frame = frame.astype({word: pd.CategoricalDtype(known) for word, known in words.items()})
    log_pay = np.log(records["pay_usd"].to_numpy())
    data = lgb.Dataset(frame, log_pay, params={"verbosity": -1})
    for number, level in enumerate(LEVELS):
        chosen = {"objective": "quantile", "alpha": level, "num_leaves": LEAVES}
        quiet = {"verbosity": -1, "num_threads": 1}
        lgb.train({**chosen, **quiet}, data, TREES).save_model(folder / f"{number}.txt")


mlflow.models.set_model(SixModel())
