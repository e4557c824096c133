"""Bands of numbers by which people are grouped: years of experience, and predicted scale."""

from bisect import bisect_right

import numpy as np
import polars as pl

YEARS = (0, 2, 5, 10, 15)
EXPERIENCE = (None, "0-2 years", "2-5 years", "5-10 years", "10-15 years", "15+ years")
"""Bands of experience: lower ends, and their names with that of the unknown first."""

FIFTHS = ("narrowest fifth", "second fifth", "middle fifth", "fourth fifth", "widest fifth")
"""Bands of what is predicted: how far pay is said to spread."""


def experience_band(years: float | None) -> str | None:
    """Return the band of ``years`` of experience; None when they are unknown.

    >>> experience_band(6.0)
    '5-10 years'
    """
    return None if years is None else EXPERIENCE[bisect_right(YEARS, years)]


def experience_bands(years: pl.Series) -> list[str | None]:
    """Return ``experience_band`` of each of ``years``."""
    codes = np.digitize(years.fill_null(-1.0).to_numpy(), YEARS)
    return [EXPERIENCE[code] for code in codes]


def fifths(predicted: np.ndarray) -> list[str | None]:
    """Return which fifth of all of ``predicted`` (scales or widths, shape (rows,)) each is in."""
    if not len(predicted):
        return []
    edges = np.quantile(predicted, (0.2, 0.4, 0.6, 0.8))
    return [FIFTHS[code] for code in np.digitize(predicted, edges)]
