"""The words of a title as one number: what they say of pay, learned by ridge regression."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Self

import numpy as np
import polars as pl

from data.matching import read_title
from features.column import Column

NAN = float("nan")
LEAST = 3
"""A word in fewer titles than this is not learned."""


class Words:
    """Words and pairs of neighbouring words of the title, each worth some log pay.

    Seniority words are taken out first (``read_title(title).rest``): what they say is the field
    seniority's to say, or a title could fall in pay while its seniority rises.
    """

    columns = (Column("title:worth", "title"), Column("title:known", "title"))

    def __init__(self, worth: Mapping[str, float]) -> None:
        self.worth = dict(worth)

    @classmethod
    def fit(cls, frame: pl.DataFrame, folds: int, *, ridge: float = 6.0) -> tuple[Self, np.ndarray]:
        """Return the words fitted on ``frame``, and its own rows encoded cross-fitted.

        Args:
            frame: ``title`` and ``__target``, ``__weight``, ``__fold``.
            folds: How many folds ``__fold`` counts.
            ridge: Penalty on a word's worth, in records.

        Returns:
            The words; float32, shape (rows, 2), for the rows of ``frame``.
        """
        # Equal titles of a fold weigh as one row: public tables repeat few titles many times.
        titles = (
            frame.drop_nulls("title")
            .group_by("title", "__fold")
            .agg(
                (pl.col("__target") * pl.col("__weight")).sum() / pl.col("__weight").sum(),
                pl.col("__weight").sum(),
            )
            .sort("title", "__fold")
        )
        fold = titles["__fold"].to_numpy()
        whole = cls(_worth(titles, ridge))
        outside = {k: cls(_worth(titles.filter(fold != k), ridge)) for k in range(folds)}
        rows = {
            (title, k): outside[k].encode_one({"title": title})
            for title, k in titles.select("title", "__fold").iter_rows()
        }
        own = [rows.get(key, (NAN, NAN)) for key in frame.select("title", "__fold").iter_rows()]
        return whole, np.array(own, dtype=np.float32).reshape(-1, 2)

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, 2): worth (log pay) and how many words are known."""
        rows = {t: self.encode_one({"title": t}) for t in frame["title"].unique().to_list()}
        return np.array([rows[t] for t in frame["title"]], dtype=np.float32).reshape(-1, 2)

    def encode_one(self, record: Mapping[str, Any]) -> tuple[float, float]:
        """Return worth and the number of known words for one record."""
        title = record.get("title")
        if not title:
            return (NAN, NAN)
        known = [self.worth[term] for term in terms(title) if term in self.worth]
        return (math.fsum(known), float(len(known)))

    def state(self) -> dict[str, Any]:
        """Return what ``from_state`` needs, as plain JSON."""
        return {"worth": self.worth}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the words that ``state`` was taken from."""
        return cls(state["worth"])


def terms(title: str) -> Iterator[str]:
    """Yield each distinct word and pair of neighbouring words of ``title``."""
    words = read_title(title).rest.split()
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return iter(dict.fromkeys([*words, *pairs]))


def _worth(titles: pl.DataFrame, ridge: float) -> dict[str, float]:
    """Return each term's worth: ridge regression of the target on the terms of the titles."""
    # Only a fit needs scipy, and loading it costs a service a second at start.
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import lsqr

    split = [list(terms(title)) for title in titles["title"]]
    seen = Counter(term for title in split for term in title)
    codes = {
        term: code for code, term in enumerate(sorted(t for t, n in seen.items() if n >= LEAST))
    }
    if not codes:
        return {}
    root = np.sqrt(titles["__weight"].to_numpy())
    rows, columns, values = [], [], []
    for row, title in enumerate(split):
        for term in title:
            if term in codes:
                rows.append(row)
                columns.append(codes[term])
                values.append(root[row])
    matrix = csr_matrix((values, (rows, columns)), shape=(len(split), len(codes)))
    target = titles["__target"].to_numpy() * root
    solved = lsqr(matrix, target, damp=math.sqrt(ridge), atol=1e-4, btol=1e-4, iter_lim=200)[0]
    return {term: float(solved[code]) for term, code in codes.items()}
