"""Draws from weighted words, one table of weights or one for each kind of row."""

from collections.abc import Mapping

import numpy as np
import polars as pl

Odds = Mapping[str, float]
"""Word -> weight; only the weights' ratios count, and the empty word stands for nothing."""


def drawn(odds: Odds, rows: int, rng: np.random.Generator) -> pl.Series:
    """Return words drawn by ``odds``, shape (rows,); the empty word is null."""
    return drawn_by(pl.Series([""] * rows, dtype=pl.String), {"": odds}, rng)


def drawn_by(keys: pl.Series, odds: Mapping[str, Odds], rng: np.random.Generator) -> pl.Series:
    """Return a word for each of ``keys``, drawn by the odds of that key, shape (rows,).

    Args:
        keys: The kind of each row, each a key of ``odds``; a null key gives null.
        odds: Key -> its odds.
        rng: Draws, key by key in the order of their names.
    """
    given = keys.to_numpy()
    words = np.full(len(given), "", dtype=object)
    for key in sorted(keys.drop_nulls().unique()):
        rows = np.flatnonzero(given == key)
        weights = np.array(list(odds[key].values()), dtype=float)
        words[rows] = rng.choice(list(odds[key]), size=len(rows), p=weights / weights.sum())
    return pl.Series(words, dtype=pl.String).replace("", None)


def chance(share: float, rows: int, rng: np.random.Generator) -> pl.Series:
    """Return true for about ``share`` (0 to 1) of the rows, shape (rows,)."""
    return pl.Series(rng.random(rows) < share)
