"""How much less sure an answer is beyond the last month the model knows.

A tree says nothing of what comes after its data: the median stays that of the last month. Pay moves
on all the same, so what is said around the median widens: to the variance that is known, the
variance of a random walk is added, so much for each year that has passed since.
"""

import math
from datetime import date

import numpy as np
import polars as pl

from features.numbers import year_of

DRIFT_YEARLY = 0.056
"""Standard deviation of what typical log pay moves in a year, beyond what the model knows.

Source: ``paylens-train backtest`` with cuts at 35 %, 50 %, 65 %, 80 % and 90 % of the Levels.fyi
table (2017 to 2021): the mean residual of each month after the cut, its square less its sampling
variance, over the years passed. The ai-jobs table (2020 to 2025, base pay, dated by the year) gives
0.035; the larger of the two is taken, as total pay moves more than base pay.
"""

SCALE_DRIFT = DRIFT_YEARLY * math.sqrt(2 / math.pi)
"""The same in the unit of a scale, which is a mean distance and not a standard deviation.

The mean distance of a normal variable from its centre is sqrt(2 / pi) standard deviations.
"""


def years_beyond(day: date | None, standing_year: float) -> float:
    """Return the years from the last month known to ``day``, by whole months; never below 0.

    Args:
        day: The day that is asked for; None asks for no day, and so for no later one.
        standing_year: The last month known, a year with its month as a fraction; NaN for none.

    >>> years_beyond(date(2026, 9, 30), 2026.5)
    0.16666666666674246
    """
    # In this order: a comparison with NaN is false, and 0 stays.
    return max(0.0, year_of(day) - standing_year) if day is not None else 0.0


def years_beyond_each(days: pl.Series, standing_year: float) -> np.ndarray:
    """Return ``years_beyond`` of each of ``days``, float64, shape (rows,)."""
    years = days.dt.year() + (days.dt.month() - 1) / 12.0
    return np.fmax(years.cast(pl.Float64).fill_null(np.nan).to_numpy() - standing_year, 0.0)


def widened_one(deviation: float, years: float, drift: float) -> float:
    """Return ``deviation`` (log pay) ``years`` later: variances add up.

    Args:
        deviation: A scale or a standard error, log pay.
        years: From ``years_beyond``; at 0 the deviation comes back unchanged.
        drift: ``SCALE_DRIFT`` for a scale, ``DRIFT_YEARLY`` for a standard error.
    """
    return math.sqrt(deviation * deviation + drift * drift * years) if years else deviation


def widened(deviation: np.ndarray, years: np.ndarray, drift: float) -> np.ndarray:
    """Return ``widened_one`` of each row, float64, shape (rows,); bit for bit the same."""
    later: np.ndarray = np.sqrt(deviation * deviation + drift * drift * years)
    return np.where(years > 0, later, deviation)
