"""Paylens itself: ``training.fit.fit`` as it ships, on the training rows of one table alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from data.record import INPUT_TYPES
from serving.model import CompensationModel
from training.config import Config
from training.fit import fit
from training.metrics import LEVELS


@dataclass(frozen=True)
class Paylens:
    """The product: location and scale, calibrated out of fold and by one scalar."""

    name: str = "paylens"
    label: str = "**paylens**"
    needs: tuple[str, ...] = ()
    calibrated: bool = True
    config: Config = field(default_factory=Config)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice, plain JSON."""
        return self.config.as_dict()

    def fit(
        self,
        records: pl.DataFrame,
        watched: pl.DataFrame,  # noqa: ARG002 - a Peer
        seed: int,
    ) -> "Answer":
        """Return the model of ``records``, which keeps its own part of them back."""
        return Answer(fit(records, replace(self.config, seed=seed), lambda _: None).model)


@dataclass(frozen=True, slots=True)
class Answer:
    """A fitted compensation model."""

    model: CompensationModel

    def quantiles(self, inputs: pl.DataFrame, levels: Sequence[float]) -> np.ndarray:
        """Return quantiles of log pay, shape (rows, levels)."""
        found: np.ndarray = np.log(self.model.predict(inputs, levels).quantiles)
        return found

    def ready(self, inputs: pl.DataFrame) -> Callable[[], object]:
        """Return a call that answers the one row of ``inputs`` as the service does.

        Unlike the peers' it includes the encoding, which in the service is part of every answer.
        """
        (record,) = inputs.select(list(INPUT_TYPES)).iter_rows(named=True)

        def answer() -> list[float]:
            prediction = self.model.predict_one(record)
            return [self.model.quantile(prediction, level) for level in LEVELS]

        return answer

    def size_bytes(self) -> int:
        """Return the size of the artifact's folder."""
        with TemporaryDirectory() as folder:
            self.model.save(Path(folder))
            return sum(file.stat().st_size for file in Path(folder).iterdir())
