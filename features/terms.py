"""The words of a title as flags: for what a single worth cannot say of them together."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import polars as pl

from features.column import Column
from features.words import terms

LEAST = 20
"""A word, or pair of neighbouring words, in fewer records than this gets no flag."""

MANY_TITLES = 100
"""Where fewer titles are in use, the role and the title's worth say all that a flag could."""

MOST = 100
"""Flags at most, the most frequent first: on job advertisements 300 gain nothing over 100."""


class Terms:
    """One column a frequent word or pair of words of the title: 1 with it, else 0.

    Where there is no title all are 0; ``title:known`` (``features.words``) tells that apart.
    """

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = known
        self._places = {term: place for place, term in enumerate(known)}
        self.columns = tuple(Column(f"title:{term}", "title") for term in known)

    @classmethod
    def fit(cls, frame: pl.DataFrame) -> Self:
        """Return the flags for the titles of ``frame``."""
        titles = frame["title"].drop_nulls().value_counts()
        if titles.height < MANY_TITLES:
            return cls(())
        seen: Counter[str] = Counter()
        for title, n in titles.iter_rows():
            seen.update(dict.fromkeys(terms(title), n))
        frequent = sorted((-n, term) for term, n in seen.items() if n >= LEAST)
        return cls(tuple(term for _, term in frequent[:MOST]))

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, terms)."""
        rows = {t: self.encode_one({"title": t}) for t in frame["title"].unique().to_list()}
        flags = np.array([rows[t] for t in frame["title"]], dtype=np.float32)
        return flags.reshape(frame.height, len(self.known))

    def encode_one(self, record: Mapping[str, Any]) -> list[float]:
        """Return the same for one record."""
        row = [0.0] * len(self.known)
        for term in terms(record.get("title") or ""):
            place = self._places.get(term)
            if place is not None:
                row[place] = 1.0
        return row

    def state(self) -> dict[str, Any]:
        """Return what ``from_state`` needs, as plain JSON."""
        return {"known": list(self.known)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the flags that ``state`` was taken from."""
        return cls(tuple(state["known"]))
