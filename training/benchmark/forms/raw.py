"""The inputs as they are: words as categories, numbers, skills and words of the title as flags."""

from collections import Counter
from collections.abc import Mapping
from typing import Self

import numpy as np
import polars as pl

from features.categories import word
from features.column import Column
from features.encoder import CATEGORIES
from features.flags import Flags
from features.numbers import Numbers
from features.words import terms
from training.benchmark.forms.form import Form

FIELDS: tuple[tuple[str, ...], ...] = (*CATEGORIES, ("title",), ("seniority",), ("education",))
"""The words our encoder reads, and the title whole, which it takes apart."""

LEAST_WORD = 2.0
"""A word with less weight than this is unknown, as in our encoder."""

LEAST_TERM = 20
"""A word, or pair of words, of the title gets a flag when this many records hold it."""

MOST_TERMS = 300
"""Flags for words of the title, the most frequent first: trees try every column."""


class Codes:
    """Words of one field as the code of a category, the most frequent first."""

    def __init__(self, fields: tuple[str, ...], codes: Mapping[str, float]) -> None:
        self.fields = fields
        self.codes = dict(codes)
        self.columns = (Column("+".join(fields), fields[-1], categorical=True),)

    @classmethod
    def fit(cls, fields: tuple[str, ...], records: pl.DataFrame) -> Self:
        """Return the codes of the words of ``records``."""
        seen = (
            records.select(word(fields).alias("word"), "weight")
            .drop_nulls("word")
            .group_by("word")
            .agg(pl.col("weight").sum())
            .filter(pl.col("weight") >= LEAST_WORD)
            .sort("weight", "word", descending=[True, False])
        )
        return cls(fields, {word: float(code) for code, word in enumerate(seen["word"])})

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, 1); NaN for a word never seen."""
        code = word(self.fields).replace_strict(self.codes, default=None, return_dtype=pl.Float64)
        return frame.select(code.fill_null(np.nan)).to_numpy().astype(np.float32)


class Terms:
    """A flag for each frequent word, and pair of neighbouring words, of the title."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self._places = {term: place for place, term in enumerate(known)}
        self.columns = tuple(Column(f"title:{term}", "title") for term in known)

    @classmethod
    def fit(cls, records: pl.DataFrame) -> Self:
        """Return the flags of the frequent terms of ``records``."""
        seen: Counter[str] = Counter()
        for title, n in records["title"].drop_nulls().value_counts().iter_rows():
            seen.update(dict.fromkeys(terms(title), n))
        known = sorted((-n, term) for term, n in seen.items() if n >= LEAST_TERM)
        return cls(tuple(term for _, term in known[:MOST_TERMS]))

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, terms): 1 where the title holds the term."""
        rows = {title: self._row(title) for title in frame["title"].unique().to_list()}
        width = len(self._places)
        return np.array([rows[title] for title in frame["title"]], np.float32).reshape(-1, width)

    def _row(self, title: str | None) -> np.ndarray:
        row = np.full(len(self._places), np.nan if title is None else 0.0, np.float32)
        held = [self._places[term] for term in terms(title or "") if term in self._places]
        row[held] = 1.0
        return row


class Raw:
    """Categories, numbers and flags side by side; nothing is learned from the pay."""

    def __init__(self, parts: tuple[Form, ...]) -> None:
        self._parts = parts
        self.columns = tuple(column for part in parts for column in part.columns)

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, len(columns)); NaN where nothing is known."""
        return np.hstack([part.encode(frame) for part in self._parts])


def raw(records: pl.DataFrame, seed: int) -> tuple[Form, np.ndarray]:  # noqa: ARG001 - a FitForm
    """Return the raw form of ``records``, and their rows."""
    told = records.with_columns(__weight=pl.col("weight"))
    parts: list[Form] = [Numbers.fit(told), *(Codes.fit(fields, told) for fields in FIELDS)]
    form = Raw((*parts, Terms.fit(told), Flags.fit(told)))
    return form, form.encode(records)
