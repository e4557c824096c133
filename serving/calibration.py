"""From a location and a scale to quantiles: measured residuals instead of an assumed shape.

The residual of a record is ``log pay - location``, taken out of fold. Its median is an offset that
is added to every location, so that the median is the location and rises wherever that rises. What
is left, divided by the scale, has quantiles that say where pay falls around the median. Both are
measured for each pay basis and input pattern, drawn towards the pooled ones where records are few.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl

LEVELS: tuple[float, ...] = tuple(np.round(np.arange(1, 200) / 200, 4).tolist())
"""Quantile levels of a table: 0.005 to 0.995."""

PRIOR = 1000.0
"""A group's table counts as n records against this many of the pooled table."""

POOLED = "pooled"


def pattern(record: Mapping[str, Any]) -> str:
    """Return what is known about the job: how far the employer, and whether the person is known.

    >>> pattern({"company": "Acme", "years_experience": 3.0})
    'employer known, person known'
    """
    employer = (
        "level known"
        if record.get("company_level") is not None and record.get("company") is not None
        else "employer known"
        if record.get("company") is not None
        else "employer unknown"
    )
    alone = record.get("years_experience") is None and record.get("seniority") is None
    return f"{employer}, person {'unknown' if alone else 'known'}"


def patterns(frame: pl.DataFrame) -> list[str]:
    """Return ``pattern`` of each row of ``frame``."""
    fields = ("company", "company_level", "years_experience", "seniority")
    known = frame.select(pl.col(field).is_not_null() for field in fields)
    named = {
        row: pattern(
            {f: True if is_known else None for f, is_known in zip(fields, row, strict=True)}
        )
        for row in known.unique().iter_rows()
    }
    return [named[row] for row in known.iter_rows()]


def groups(frame: pl.DataFrame) -> list[str]:
    """Return the calibration group of each row: its pay basis and input pattern."""
    return [f"{basis}: {of}" for basis, of in zip(frame["pay_basis"], patterns(frame), strict=True)]


def group(record: Mapping[str, Any]) -> str:
    """Return the calibration group of one record."""
    return f"{record['pay_basis']}: {pattern(record)}"


@dataclass(frozen=True)
class Calibration:
    """Offsets of the location and quantile tables of standardised residuals.

    Attributes:
        offsets: Group -> what is added to the location, log pay; ``POOLED`` is always there.
        tables: Group -> quantiles at ``LEVELS``, rising through 0 at the median.
        records: Group -> weight of the records it was measured on.
    """

    offsets: Mapping[str, float]
    tables: Mapping[str, tuple[float, ...]]
    records: Mapping[str, float]

    @classmethod
    def measure(
        cls, residuals: np.ndarray, scale: np.ndarray, weights: np.ndarray, groups: Iterable[str]
    ) -> Self:
        """Return offsets and tables of out-of-fold ``residuals``, log pay, shape (rows,).

        A group's own value counts ``n / (n + PRIOR)``, the pooled one the rest. Tables rise with
        the level, so their mean does too, and percentiles cannot cross.
        """
        of = np.array(list(groups))
        pooled = float(weighted_quantiles(residuals, weights, [0.5])[0])
        offsets, records = {POOLED: pooled}, {POOLED: float(weights.sum())}
        for name in map(str, np.unique(of)):
            own = of == name
            n = float(weights[own].sum())
            median = float(weighted_quantiles(residuals[own], weights[own], [0.5])[0])
            offsets[name] = (n * median + PRIOR * pooled) / (n + PRIOR)
            records[name] = n
        left = (residuals - np.array([offsets[name] for name in of])) / scale
        whole = _through_zero(weighted_quantiles(left, weights, LEVELS))
        tables = {POOLED: whole}
        for name in offsets.keys() - {POOLED}:
            own, n = of == name, records[name]
            table = _through_zero(weighted_quantiles(left[own], weights[own], LEVELS))
            tables[name] = (n * table + PRIOR * whole) / (n + PRIOR)
        return cls(
            offsets, {name: tuple(table.tolist()) for name, table in tables.items()}, records
        )

    def scaled(self, factor: float) -> Self:
        """Return the tables with every quantile multiplied by ``factor``."""
        tables = {name: tuple(factor * q for q in table) for name, table in self.tables.items()}
        return type(self)(self.offsets, tables, self.records)

    def offset(self, name: str) -> float:
        """Return what is added to the location of the group ``name``, log pay."""
        return self.offsets.get(name, self.offsets[POOLED])

    def table(self, name: str) -> tuple[float, ...]:
        """Return the table of the group ``name``; the pooled one for a group never measured."""
        return self.tables.get(name, self.tables[POOLED])

    def quantile(self, name: str, level: float) -> float:
        """Return the standardised quantile of the group ``name`` at ``level``, 0 to 1."""
        return between(self.table(name), level)

    def quantiles(self, names: list[str], levels: Iterable[float]) -> np.ndarray:
        """Return float64, shape (names, levels)."""
        wanted = list(levels)
        distinct, place = np.unique(names, return_inverse=True)
        tables = [np.interp(wanted, LEVELS, self.table(str(name))) for name in distinct]
        answer: np.ndarray = np.array(tables).reshape(len(tables), len(wanted))[place]
        return answer

    def ranks(self, residuals: np.ndarray, names: list[str]) -> np.ndarray:
        """Return the level at which each standardised residual falls, shape (rows,), 0 to 1.

        The inverse of ``quantile``: a residual beyond the table's ends has the level 0 or 1.
        """
        answer = np.empty(len(residuals))
        distinct, place = np.unique(names, return_inverse=True)
        for number, name in enumerate(distinct):
            own = place == number
            table = self.table(str(name))
            answer[own] = np.interp(residuals[own], table, LEVELS, left=0.0, right=1.0)
        return answer


def between(table: Sequence[float], level: float, at: Sequence[float] = LEVELS) -> float:
    """Return what ``table``, known at ``at``, is at ``level``; beyond the ends, the end.

    The arithmetic of ``numpy.interp``, to the last bit, without turning 199 numbers into an array
    for each of a dozen levels of an answer.

    >>> between(LEVELS, 0.0725)
    0.0725
    """
    place = bisect_right(at, level)
    if place == 0 or place == len(at):
        return table[max(place - 1, 0)]
    left, low = place - 1, table[place - 1]
    slope = (table[place] - low) / (at[place] - at[left])
    return slope * (level - at[left]) + low


def _through_zero(table: np.ndarray) -> np.ndarray:
    return table - np.interp(0.5, LEVELS, table)


def weighted_quantiles(
    values: np.ndarray, weights: np.ndarray, levels: Iterable[float]
) -> np.ndarray:
    """Return the quantiles of ``values``, shape (levels,), each value counting by its weight.

    The middle of each value's weight is its level, with straight lines between (Hyndman and Fan
    1996, definition 5, for equal weights).
    """
    order = np.argsort(values, kind="stable")
    summed = np.cumsum(weights[order])
    middle = (summed - weights[order] / 2) / summed[-1]
    return np.interp(list(levels), middle, values[order])
