"""The encoder: a pay record's inputs as one row of numbers, many records at once or one alone."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self

import numpy as np
import polars as pl

from features.categories import Categories
from features.column import Column
from features.flags import Flags
from features.numbers import Numbers
from features.terms import Terms
from features.words import Words

CATEGORIES: tuple[tuple[str, ...], ...] = (
    ("role",),
    ("specialisation",),
    ("company",),
    ("company", "company_level"),
    ("company_stage",),
    ("industry",),
    ("country",),
    ("region",),
    ("metro",),
    ("locality",),
    ("employment_type",),
    ("track",),
    ("pay_basis",),
)


class Part(Protocol):
    """Some columns of the matrix, from a record or many."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns, in order."""

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, len(columns))."""

    def encode_one(self, record: Mapping[str, Any]) -> Sequence[float]:
        """Return the same numbers for one record."""


class Encoder:
    """Inputs of records to a float32 matrix; fitted on training rows alone.

    One record alone is encoded without a data frame and gives exactly the row it would have among
    many. A word never seen in training is NaN, which LightGBM treats as unknown.
    """

    def __init__(
        self,
        numbers: Numbers,
        categories: tuple[Categories, ...],
        words: Words,
        terms: Terms,
        flags: Flags,
    ) -> None:
        self.numbers = numbers
        self.categories = categories
        self.words = words
        self.terms = terms
        self.flags = flags
        self._parts: tuple[Part, ...] = (numbers, *categories, words, terms, flags)
        self.columns: tuple[Column, ...] = tuple(c for part in self._parts for c in part.columns)

    @classmethod
    def fit(
        cls,
        frame: pl.DataFrame,
        log_pay: np.ndarray,
        weight: np.ndarray,
        fold: np.ndarray,
    ) -> tuple[Self, np.ndarray]:
        """Return the encoder fitted on ``frame``, and its rows encoded cross-fitted.

        Args:
            frame: Inputs (``data.record.INPUT_TYPES``), shape (rows,).
            log_pay: Natural log of pay, USD a year, shape (rows,).
            weight: Weight of each row, shape (rows,).
            fold: Fold of each row, 0 to folds - 1; rows of one group share it, shape (rows,).

        Returns:
            The encoder; float32, shape (rows, len(columns)), in which what was learned from the
            target comes from other folds than the row's own.
        """
        folds = int(fold.max()) + 1
        told = frame.with_columns(
            pl.Series("__pay", log_pay), pl.Series("__weight", weight), pl.Series("__fold", fold)
        )
        mean = (pl.col("__pay") * pl.col("__weight")).sum() / pl.col("__weight").sum()
        told = told.with_columns((pl.col("__pay") - mean.over("pay_basis")).alias("__target"))
        numbers, terms, flags = Numbers.fit(told), Terms.fit(told), Flags.fit(told)
        fitted = [Categories.fit(fields, told, folds) for fields in CATEGORIES]
        words, word_rows = Words.fit(told, folds)
        encoder = cls(numbers, tuple(part for part, _ in fitted), words, terms, flags)
        learned = (*(rows for _, rows in fitted), word_rows)
        own = [numbers.encode(told), *learned, terms.encode(told), flags.encode(told)]
        return encoder, np.hstack(own)

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, len(columns)), for the inputs of ``frame``."""
        return np.hstack([part.encode(frame) for part in self._parts])

    def encode_one(self, record: Mapping[str, Any]) -> np.ndarray:
        """Return float32, shape (len(columns),), for the inputs of one record."""
        row = [number for part in self._parts for number in part.encode_one(record)]
        return np.array(row, dtype=np.float32)

    def state(self) -> dict[str, Any]:
        """Return what ``from_state`` needs, as plain JSON."""
        return {
            "numbers": self.numbers.state(),
            "categories": [part.state() for part in self.categories],
            "words": self.words.state(),
            "terms": self.terms.state(),
            "flags": self.flags.state(),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the encoder that ``state`` was taken from."""
        return cls(
            Numbers.from_state(state["numbers"]),
            tuple(Categories.from_state(part) for part in state["categories"]),
            Words.from_state(state["words"]),
            # Artifacts of release 0.1.0 have no flags for words of the title.
            Terms.from_state(state.get("terms", {"known": []})),
            Flags.from_state(state["flags"]),
        )
