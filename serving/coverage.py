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
    def measure(cls, frame: pl.DataFrame, ranks: np.ndarray, basis_groups: list[str]) -> Self:
        """Return the coverage on the records of ``frame``.

        Args:
            frame: Inputs, shape (rows,).
            ranks: Level at which each record's pay fell in its own prediction, shape (rows,).
            basis_groups: Calibration group of each record, shape (rows,).
        """
        # Inside the central interval of coverage c exactly when |2 rank - 1| <= c.
        distance = np.abs(2 * ranks - 1)
        told = frame.select(
            pl.lit(ALL).alias(ALL),
            pl.Series("inputs", basis_groups),
            *(pl.format("{}={}", pl.lit(f), pl.col(f)).alias(f) for f in BY),
        )
        shares, records = {}, {}
        for column in told.columns:
            names = told[column].to_numpy()
            for name in told[column].drop_nulls().unique().sort():
                own = distance[names == name]
                if len(own) >= LEAST or name == ALL:
                    key = f"inputs={name}" if column == "inputs" else name
                    shares[key] = [float(np.mean(own <= level)) for level in GRID]
                    records[key] = len(own)
        return cls(shares, records)

    def of(self, record: Mapping[str, Any], basis_group: str, coverage: float) -> Measured | None:
        """Return the coverage measured on the held-out records most like ``record``.

        The first of these with enough records answers: the same role, the same inputs given, all.
        None when nothing was measured.
        """
        names = (f"role={record.get('role')}", f"inputs={basis_group}", ALL)
        for name in names:
            if name in self.shares:
                share = float(np.interp(coverage, GRID, self.shares[name]))
                return Measured(name, share, self.records[name])
        return None
