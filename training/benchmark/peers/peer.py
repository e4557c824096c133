"""A peer: anything that learns quantiles of log pay from records.

Most libraries read a matrix, so most peers are an ``Engine`` (one library) fed by a form
(``training.benchmark.forms``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import polars as pl

from training.benchmark.forms.form import FitForm, Form
from training.metrics import LEVELS
from training.trees import Rows


class Fitted(Protocol):
    """What a peer has learned."""

    def quantiles(self, inputs: pl.DataFrame, levels: Sequence[float]) -> np.ndarray:
        """Return quantiles of log pay, shape (rows, levels), as the method gives them."""


class Peer(Protocol):
    """A method that predicts quantiles of log pay.

    Attributes:
        name: Unique, as ``--peers`` calls it.
        label: What the tables call it.
        needs: Distributions it cannot run without.
        settings: Every choice of it, plain JSON.
        calibrated: It calibrates itself, and so gets all training rows.
    """

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def needs(self) -> tuple[str, ...]: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...
    @property
    def calibrated(self) -> bool: ...

    def fit(self, records: pl.DataFrame, watched: pl.DataFrame, seed: int) -> Fitted:
        """Return what was learned from ``records`` (``data.record.RECORD_TYPES``).

        Args:
            records: What to learn from, each counting by its ``weight``.
            watched: Records by which to stop early; empty for a peer that calibrates itself.
            seed: Seed of every random choice.
        """


class Answering(Protocol):
    """A fitted engine."""

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""


class Engine(Protocol):
    """One library's quantile regression on a matrix."""

    @property
    def settings(self) -> Mapping[str, Any]: ...

    def fit(self, rows: Rows, watched: Rows, seed: int) -> Answering:
        """Return what was learned from ``rows``, stopped early by ``watched``."""


@dataclass(frozen=True, slots=True)
class Fed:
    """A fitted engine with the form that feeds it."""

    form: Form
    engine: Answering

    def quantiles(self, inputs: pl.DataFrame, levels: Sequence[float]) -> np.ndarray:
        """Return quantiles of log pay, shape (rows, levels); ``levels`` are among ``LEVELS``."""
        wanted = [LEVELS.index(level) for level in levels]
        return self.engine.quantiles(self.form.encode(inputs))[:, wanted]


@dataclass(frozen=True)
class Tabular:
    """A peer that is an engine on a form."""

    name: str
    label: str
    needs: tuple[str, ...]
    engine: Engine
    form: FitForm
    calibrated: bool = field(default=False, init=False)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the form's name and every choice of the engine."""
        return {"form": self.form.__name__, **self.engine.settings}

    def fit(self, records: pl.DataFrame, watched: pl.DataFrame, seed: int) -> Fed:
        """Return the engine fitted on ``records``, with its form."""
        form, matrix = self.form(records, seed)
        own = self.engine.fit(
            _rows(form, matrix, records), _rows(form, form.encode(watched), watched), seed
        )
        return Fed(form, own)


def _rows(form: Form, matrix: np.ndarray, records: pl.DataFrame) -> Rows:
    log_pay = np.log(records["pay_usd"].to_numpy())
    return Rows(matrix, log_pay, records["weight"].to_numpy(), form.columns)
