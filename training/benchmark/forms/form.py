"""A form: the inputs of records as a matrix that a peer's library can read."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import polars as pl

from features.column import Column


class Form(Protocol):
    """Inputs of records as numbers; fitted on a peer's training rows alone."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns, in order."""

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, len(columns)); NaN where nothing is known."""


FitForm = Callable[[pl.DataFrame, int], tuple[Form, np.ndarray]]
"""Records and a seed in; the form fitted on them, and those records as a matrix to learn from."""
