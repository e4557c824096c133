"""What pay sites show: the quantiles of the finest cell with enough people in it."""

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from training.baselines import CELLS, LEAST, LookUp
from training.metrics import LEVELS


@dataclass(frozen=True)
class LookUpPeer:
    """``training.baselines.LookUp``: role by seniority by experience by place, backing off."""

    name: str = "look-up"
    label: str = "look-up with back-off"
    needs: tuple[str, ...] = ()
    calibrated: bool = False

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice, plain JSON."""
        return {"cells": [" x ".join(cell) for cell in CELLS], "least": LEAST}

    def fit(
        self,
        records: pl.DataFrame,
        watched: pl.DataFrame,  # noqa: ARG002 - a Peer
        seed: int,  # noqa: ARG002 - a Peer
    ) -> "Answer":
        """Return the table of ``records``."""
        return Answer(LookUp.fit(records))


@dataclass(frozen=True, slots=True)
class Answer:
    """A look-up with its records."""

    table: LookUp

    def quantiles(self, inputs: pl.DataFrame, levels: Sequence[float]) -> np.ndarray:
        """Return quantiles of log pay, shape (rows, levels)."""
        return self.table.quantiles(inputs, levels)

    def ready(self, inputs: pl.DataFrame) -> Callable[[], object]:
        """Return a call that answers the one row of ``inputs``."""
        return lambda: self.table.quantiles(inputs, LEVELS)

    def size_bytes(self) -> int:
        """Return the length of the table as pickled."""
        return len(pickle.dumps(self.table))
