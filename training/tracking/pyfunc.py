"""The registered model as MLflow loads it: plain files and this code, nothing pickled.

Words go in as strings (never as pandas categories, which break the model both ways); percentiles,
USD a year, come out.
"""

from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import polars as pl
from mlflow.pyfunc import PythonModel, PythonModelContext

from data.recognition import Recogniser
from data.sources.source import WORD_TYPES
from data.stages import Stages
from serving.model import CompensationModel

LEVELS = tuple(np.round(np.arange(1, 20) / 20, 2).tolist())
"""Quantile levels answered: 0.05 to 0.95."""


class TrackedModel(PythonModel):  # type: ignore[misc]  # MLflow ships without types
    """Answers a data frame of words (``data.sources.source.WORD_TYPES``) with percentiles."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the plain model folder that was logged beside this code."""
        self.model = CompensationModel.load(Path(context.artifacts["model"]))
        self.recogniser = Recogniser(Stages())

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002  # MLflow passes it by name
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> pd.DataFrame:
        """Return ``p5`` to ``p95``, USD a year, a row for each row of ``model_input``."""
        words = pl.DataFrame(
            {name: _column(model_input, name, kind) for name, kind in WORD_TYPES.items()}
        )
        inputs, _ = self.recogniser.read_frame(words)
        predictions = self.model.predict(inputs, LEVELS)
        names = [f"p{round(100 * level)}" for level in LEVELS]
        return pd.DataFrame(predictions.quantiles, columns=names)


def _column(frame: pd.DataFrame, name: str, kind: Any) -> pl.Series:
    values = frame[name].tolist() if name in frame.columns else [None] * len(frame)
    plain = [None if value is None or value != value else value for value in values]  # noqa: PLR0124
    if name == "skills":
        return pl.Series([str(value).split(";") if value else [] for value in plain], dtype=kind)
    if name == "pay_basis":
        return pl.Series([value or "total" for value in plain], dtype=kind)
    if name == "observed_on":
        return pl.Series(plain, dtype=pl.String).str.to_date(strict=False)
    return pl.Series(plain, dtype=kind, strict=False)


mlflow.models.set_model(TrackedModel())
