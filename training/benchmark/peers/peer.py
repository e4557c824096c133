"""A peer: anything that learns quantiles of log pay from records.

Most libraries read a matrix, so most peers are an ``Engine`` (one library) fed by a form
(``training.benchmark.forms``).
"""

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import polars as pl

from training.benchmark.forms.form import FitForm, Form
from training.metrics import LEVELS
from training.trees import Rows

LARGE = 20_000
"""Training rows from which peers get the settings tuned for large tables."""


class Fitted(Protocol):
    """What a peer has learned."""

    def quantiles(self, inputs: pl.DataFrame, levels: Sequence[float]) -> np.ndarray:
        """Return quantiles of log pay, shape (rows, levels), as the method gives them."""

    def ready(self, inputs: pl.DataFrame) -> Callable[[], object]:
        """Return a call that gives 19 quantiles of the one row of ``inputs``.

        What is needed but once, encoding among it, is done beforehand.
        """

    def size_bytes(self) -> int:
        """Return how much room the stored model takes."""


class Peer(Protocol):
    """A method that predicts quantiles of log pay."""

    @property
    def name(self) -> str:
        """Return the name that ``--peers`` knows it by."""

    @property
    def label(self) -> str:
        """Return what the tables call it."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the packages, as imported, that it cannot run without."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice of it, plain JSON."""

    @property
    def calibrated(self) -> bool:
        """Return whether it calibrates itself, and so learns from all training rows."""

    def fit(self, records: pl.DataFrame, watched: pl.DataFrame, seed: int) -> Fitted:
        """Return what was learned from ``records``.

        Args:
            records: Inputs, ``group_id``, ``weight`` and ``pay_usd`` of what to learn from.
            watched: The same of rows to stop early by; not read by one that calibrates itself.
            seed: Seed of every random choice.
        """


class Answering(Protocol):
    """A fitted engine."""

    def quantiles(self, matrix: np.ndarray) -> np.ndarray:
        """Return quantiles of log pay at ``LEVELS``, shape (rows, 19)."""


class Engine(Protocol):
    """One library's quantile regression on a matrix."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice, plain JSON."""

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

    def ready(self, inputs: pl.DataFrame) -> Callable[[], object]:
        """Return a call that answers the one row of ``inputs``, which is encoded beforehand."""
        row = self.form.encode(inputs)
        return lambda: self.engine.quantiles(row)

    def size_bytes(self) -> int:
        """Return the length of form and engine as pickled."""
        return len(pickle.dumps((self.form, self.engine)))


@dataclass(frozen=True)
class Tabular:
    """A peer that is an engine on a form."""

    name: str
    label: str
    needs: tuple[str, ...]
    engine: Engine
    form: FitForm
    calibrated: bool = False

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return every choice of the engine."""
        return self.engine.settings

    def fit(self, records: pl.DataFrame, watched: pl.DataFrame, seed: int) -> Fed:
        """Return the engine fitted on ``records``, with its form."""
        form, matrix = self.form(records, seed)
        watched_rows = rows_of(form, form.encode(watched), watched)
        return Fed(form, self.engine.fit(rows_of(form, matrix, records), watched_rows, seed))


def rows_of(form: Form, matrix: np.ndarray, records: pl.DataFrame) -> Rows:
    """Return ``records``, encoded as ``matrix``, with what to learn of them."""
    log_pay = np.log(records["pay_usd"].to_numpy())
    return Rows(matrix, log_pay, records["weight"].to_numpy(), form.columns)


def sized(settings: Mapping[str, Any], from_large: Mapping[str, Any], rows: Rows) -> dict[str, Any]:
    """Return ``settings``, changed by ``from_large`` where there are ``LARGE`` rows or more."""
    return {**settings, **(from_large if len(rows.target) >= LARGE else {})}


def told(settings: Mapping[str, Any], from_large: Mapping[str, Any]) -> dict[str, Any]:
    """Return both settings as one mapping, for the report."""
    return {**settings, f"from {LARGE:,} rows": dict(from_large)}
