"""Coverage as measured on held-out people: how many pays truly fell inside the interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl

GRID: tuple[float, ...] = tuple(np.round(np.arange(0, 21) / 20, 2).tolist())
"""Stated coverages at which the measured one is kept: 0, 0.05 … 1."""

LEAST = 100
"""A group with fewer held-out records than this is not shown alone."""

ALL = "all"
BY = ("role", "seniority", "company_stage", "country", "metro")


@dataclass(frozen=True, slots=True)
class Measured:
    """The measured share of ``n`` held-out records of ``group`` inside the interval."""

    group: str
    share: float
    n: int


@dataclass(frozen=True)
class Coverage:
    """Measured coverage by group.

    Attributes:
        shares: Group -> measured coverage at ``GRID``.
        records: Group -> number of held-out records.
    """

    shares: Mapping[str, list[float]]
    records: Mapping[str, int]

    @classmethod
    def measure(cls, frame: pl.DataFrame, ranks: np.ndarray, inputs: list[str]) -> Self:
        """Return the coverage on the records of ``frame``.

        Args:
            frame: Inputs as they were asked, shape (rows,).
            ranks: Level at which each record's pay fell in its own prediction, shape (rows,).
            inputs: Calibration group of each record: its pay basis and input pattern.
        """
        # Inside the central interval of coverage c exactly when |2 rank - 1| <= c.
        distance = np.abs(2 * ranks - 1)
        told = frame.select(pl.Series("inputs", inputs), *(pl.col(field) for field in BY))
        names = [
            [ALL] * len(inputs),
            list(map(_within, inputs)),
            *(told.select(n=_named(by))["n"] for by in BY),
        ]
        shares, records = {}, {}
        for column in (*names, told.select(n=_named("role", within=True))["n"]):
            of = np.array(column, dtype=object)
            for name in sorted({each for each in of if each is not None}):
                own = distance[of == name]
                if len(own) >= LEAST or name == ALL:
                    shares[name] = [float(np.mean(own <= level)) for level in GRID]
                    records[name] = len(own)
        return cls(shares, records)

    def of(self, record: Mapping[str, Any], inputs: str, coverage: float) -> Measured | None:
        """Return the coverage measured on the held-out records most like ``record``.

        Those are the ones of its role asked with the same inputs for the same pay basis, else all
        asked so. None where too few were, or ``coverage`` lies outside what was measured.
        """
        if not GRID[1] <= coverage <= GRID[-2]:
            return None
        whole = _within(inputs)
        for name in (f"{whole}, role={record.get('role')}", whole):
            if name in self.shares:
                share = float(np.interp(coverage, GRID, self.shares[name]))
                return Measured(name, share, self.records[name])
        return None


def _within(inputs: str) -> str:
    return f"inputs={inputs}"


def _named(field: str, *, within: bool = False) -> pl.Expr:
    value = pl.format("{}={}", pl.lit(field), pl.col(field))
    return pl.format("inputs={}, {}", pl.col("inputs"), value) if within else value
