"""From a location and a scale to quantiles: measured residuals instead of an assumed shape.

The standardised residual of a record is ``(log pay - location) / scale``, taken out of fold. Its
quantiles, measured on all training records, say where pay falls around the location; they are
kept for each pay basis and input pattern, drawn towards the pooled ones where records are few.
"""

from collections.abc import Iterable, Mapping
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
    """Quantile tables of standardised residuals.

    Attributes:
        tables: Group -> quantiles at ``LEVELS``, rising; ``POOLED`` is always there.
        records: Group -> weight of the records its table was measured on.
    """

    tables: Mapping[str, tuple[float, ...]]
    records: Mapping[str, float]

    @classmethod
    def measure(cls, residuals: np.ndarray, weights: np.ndarray, groups: Iterable[str]) -> Self:
        """Return the tables of standardised ``residuals``, shape (rows,).

        Each group's table is ``(n * own + PRIOR * pooled) / (n + PRIOR)``: both rise with the
        level, so their mean does too, and percentiles cannot cross.
        """
        of = np.array(list(groups))
        pooled = weighted_quantiles(residuals, weights, LEVELS)
        tables, records = {POOLED: pooled}, {POOLED: float(weights.sum())}
        for name in np.unique(of):
            own = of == name
            n = float(weights[own].sum())
            table = weighted_quantiles(residuals[own], weights[own], LEVELS)
            tables[str(name)] = (n * table + PRIOR * pooled) / (n + PRIOR)
            records[str(name)] = n
        return cls({name: tuple(table.tolist()) for name, table in tables.items()}, records)

    def scaled(self, factor: float) -> Self:
        """Return the tables with every quantile multiplied by ``factor``."""
        tables = {name: tuple(factor * q for q in table) for name, table in self.tables.items()}
        return type(self)(tables, self.records)

    def table(self, name: str) -> tuple[float, ...]:
        """Return the table of the group ``name``; the pooled one for a group never measured."""
        return self.tables.get(name, self.tables[POOLED])

    def quantile(self, name: str, level: float) -> float:
        """Return the standardised quantile of the group ``name`` at ``level``, 0 to 1."""
        return float(np.interp(level, LEVELS, self.table(name)))

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
