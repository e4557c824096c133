"""What the bare boosters are given: the matrix that scoring makes of a table, and which to walk."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from data.recognition import Recogniser
from data.sources import source_named
from data.stages import Stages
from serving.model import CompensationModel
from serving.scoring.answers import Answers
from serving.scoring.reader import open_table
from serving.scoring.scorer import Scorer


class Watched:
    """A booster of which it is noted that it was asked."""

    def __init__(self, name: str, booster: Any, asked: list[str]) -> None:
        self._name, self._booster, self._asked = name, booster, asked

    def predict(self, rows: np.ndarray, threads: int = 1) -> np.ndarray:
        """Return the booster's answers."""
        self._asked.append(self._name)
        answer: np.ndarray = self._booster.predict(rows, threads)
        return answer


def scorer(model: CompensationModel) -> Scorer:
    """Return what ``paylens-score`` answers rows with, unless it is told otherwise."""
    answers = Answers((5, 10, 25, 50, 75, 90, 95), 0.8)
    today = datetime.now(UTC).date()
    return Scorer(source_named("table"), Recogniser(Stages()), model, answers, today)


def encoded(path: Path, model: CompensationModel) -> Iterator[tuple[pl.DataFrame, np.ndarray]]:
    """Yield the inputs of the table at ``path``, and what the model sees of them, by batches."""
    for _, rows in scorer(model).read(open_table(path)):
        yield rows.inputs, model.encoder.encode(rows.inputs)


def walked(path: Path, model: CompensationModel) -> list[str]:
    """Return the names of the boosters that ``paylens-score`` walks for the table at ``path``.

    Found by watching it: they are all that the bare boosters have to walk.
    """
    asked: list[str] = []
    watched = {name: Watched(name, each, asked) for name, each in model.boosters.items()}
    seen = CompensationModel(
        *(model.encoder, watched, model.calibration, model.coverage, model.support),  # type: ignore[arg-type]
        model.manifest,
    )
    next(scorer(seen).scored(open_table(path)))
    return sorted(set(asked))


def write_matrix(path: Path, table: Path, rows: int, model: CompensationModel) -> None:
    """Write the ``rows`` rows of ``table`` as the model sees them, float32, to ``path``."""
    shape = (rows, len(model.encoder.columns))
    matrix = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    start = 0
    for _, part in encoded(table, model):
        matrix[start : start + len(part)] = part
        start += len(part)
    matrix.flush()
