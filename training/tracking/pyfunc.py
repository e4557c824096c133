"""The registered model as MLflow loads it: plain files and this code, nothing pickled.

Words go in as strings (never as pandas categories, which break the model both ways); percentiles,
USD a year, come out, or the problem of a row that cannot be answered.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import polars as pl
from mlflow.models import ModelSignature
from mlflow.pyfunc.model import PythonModel, PythonModelContext
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from data.inputs import read_inputs
from data.recognition import Recogniser
from data.sources import source_named
from data.sources.mapping import COLUMNS
from data.sources.source import WORD_TYPES
from data.stages import Stages
from serving.model import CompensationModel

LEVELS = tuple(level / 100 for level in range(5, 100, 5))
"""Quantile levels answered: 0.05 to 0.95."""

PERCENTILES = tuple(f"p{level * 100:.0f}" for level in LEVELS)

WORDS = tuple(name for name in COLUMNS if name in WORD_TYPES or name == "metro")
"""The columns answered: those of a table of one's own that say who it is about."""


def signature() -> ModelSignature:
    """Return the model's signature: any of ``WORDS`` in, ``PERCENTILES`` and ``problem`` out.

    All are optional, as they are everywhere; numbers are numbers, and all else is strings.
    """
    numbers = {name for name, kind in WORD_TYPES.items() if kind == pl.Float64}
    given: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.double if name in numbers else DataType.string, name, required=False)
        for name in WORDS
    ]
    answered: list[ColSpec | TensorSpec] = [
        *(ColSpec(DataType.double, name) for name in PERCENTILES),
        ColSpec(DataType.string, "problem", required=False),
    ]
    return ModelSignature(Schema(given), Schema(answered))


class TrackedModel(PythonModel):
    """Answers a data frame of ``WORDS`` as a table of one's own is read (source ``table``)."""

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
        """Return ``p5`` to ``p95``, USD a year, and ``problem``, a row for each row given.

        A row with a problem, such as a title that nobody knows, has no percentiles. As in the
        service, a row that names no day asks for today.
        """
        texts = pl.DataFrame({str(name): _texts(model_input[name]) for name in model_input.columns})
        inputs, problems = read_inputs(
            source_named("table"), texts, self.recogniser, as_of=datetime.now(UTC).date()
        )
        predictions = self.model.predict(inputs, LEVELS)
        answer = pd.DataFrame(predictions.quantiles, columns=list(PERCENTILES))
        answer.loc[problems.is_not_null().to_numpy()] = float("nan")
        return answer.assign(problem=problems.to_list())


def _texts(column: "pd.Series[Any]") -> pl.Series:
    return pl.Series([None if pd.isna(value) else str(value) for value in column], dtype=pl.String)


mlflow.models.set_model(TrackedModel())
