"""Coverage as measured on held-out people: how many pays truly fell inside the interval.

A group of few has its share drawn to that of a larger one around it: a role asked with the same
inputs to all who were asked so, a metro to its country, anything else to all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import polars as pl

from serving.bands import experience_bands, fifths
from serving.calibration import between
from serving.shrinkage import Drawn, drawn, prior, separate, wilson_interval

GRID: tuple[float, ...] = tuple(np.round(np.arange(0, 21) / 20, 2).tolist())
"""Stated coverages at which the measured one is kept: 0, 0.05 … 1."""

LEAST = 30
"""A group with fewer held-out records than this is not told of: its share would be its parent's."""

ALL = "all"
WORDS = ("role", "seniority", "company_stage", "country")


@dataclass(frozen=True, slots=True)
class Measured:
    """The measured share of ``n`` held-out records of ``group`` inside the interval.

    Attributes:
        group: Who was measured.
        share: Drawn to the share of the larger group around it.
        n: Records of the group alone.
        low: Lower end of the share's 95 % interval.
        high: Its upper end.
    """

    group: str
    share: float
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class Coverage:
    """Measured coverage by group.

    Attributes:
        shares: Group -> measured coverage at ``GRID``, drawn to that of the group around it.
        records: Group -> number of held-out records.
        worth: Group -> how many records' word its shares are; ``records`` where it is not told.
        priors: Kind of group -> how many records the word of the group around it is worth.
    """

    shares: Mapping[str, list[float]]
    records: Mapping[str, int]
    worth: Mapping[str, float] = field(default_factory=dict)
    priors: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def measure(
        cls,
        frame: pl.DataFrame,
        ranks: np.ndarray,
        inputs: list[str],
        scale: np.ndarray | None = None,
    ) -> Self:
        """Return the coverage on the records of ``frame``.

        Args:
            frame: Records with their inputs as they were asked, shape (rows,); a record asked in
                several ways is one record.
            ranks: Level at which each record's pay fell in its own prediction, shape (rows,).
            inputs: Calibration group of each record: its pay basis and input pattern.
            scale: Predicted scale of each record, shape (rows,), where bands of it are wanted.
        """
        rows = frame.select(
            # Inside the central interval of coverage c exactly when |2 rank - 1| <= c.
            pl.Series("distance", np.abs(2 * ranks - 1)),
            pl.struct("group_id", "pay_usd").rank("dense").alias("outcome"),
            "record_id",
        )
        found = {ALL: Drawn(_shares(rows), separate(rows["outcome"].to_numpy()))}
        records, priors = {ALL: rows["record_id"].n_unique()}, {}
        for kind, (names, around) in _kinds(frame, inputs, scale).items():
            groups = _groups(rows.with_columns(name=names, around=around))
            own = [_shares(part) for part in groups.values()]
            n = [separate(part["outcome"].to_numpy()) for part in groups.values()]
            parents = [
                found.get(part["around"].mode().sort()[0], found[ALL]) for part in groups.values()
            ]
            priors[kind] = prior(own, [parent.shares for parent in parents], n)
            for name, share, worth, parent in zip(groups, own, n, parents, strict=True):
                found[name] = drawn(share, worth, parent, priors[kind])
                records[name] = groups[name]["record_id"].n_unique()
        return cls(
            {name: each.shares.tolist() for name, each in found.items()},
            records,
            {name: each.worth for name, each in found.items()},
            priors,
        )

    def of(self, record: Mapping[str, Any], inputs: str, coverage: float) -> Measured | None:
        """Return the coverage measured on the held-out records most like ``record``.

        Those are the ones of its role asked with the same inputs for the same pay basis, else all
        asked so. None where too few were, or ``coverage`` lies outside what was measured.
        """
        whole = _within(inputs)
        for name in (f"{whole}, role={record.get('role')}", whole):
            if name in self.shares:
                return self.at(name, coverage)
        return None

    def at(self, name: str, coverage: float) -> Measured | None:
        """Return what was measured of the group ``name``; None outside the coverages measured."""
        if not GRID[1] <= coverage <= GRID[-2]:
            return None
        share = between(self.shares[name], coverage, GRID)
        n = self.records[name]
        return Measured(name, share, n, *wilson_interval(share, self.worth.get(name, n)))


def _kinds(
    frame: pl.DataFrame, inputs: list[str], scale: np.ndarray | None
) -> dict[str, tuple[pl.Series, pl.Series]]:
    """Return kind of group -> the group of each row, and the larger group around that."""
    whole = pl.Series([ALL] * frame.height, dtype=pl.String)
    within = _named("inputs", inputs)
    words = {word: _named(word, frame[word]) for word in (*WORDS, "metro")}
    kinds = {
        "inputs": (within, whole),
        **{word: (words[word], whole) for word in WORDS},
        "experience": (
            _named("experience", experience_bands(frame["years_experience"])),
            whole,
        ),
        "metro": (words["metro"], words["country"].fill_null(ALL)),
        "role within inputs": (within + ", " + words["role"], within),
    }
    return kinds if scale is None else {**kinds, "scale": (_named("scale", fifths(scale)), whole)}


def _named(kind: str, words: Iterable[str | None]) -> pl.Series:
    return f"{kind}=" + pl.Series(words, dtype=pl.String)


def _groups(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    told = rows.drop_nulls("name").sort("name").partition_by("name", maintain_order=True)
    return {part["name"][0]: part for part in told if part["record_id"].n_unique() >= LEAST}


def _shares(rows: pl.DataFrame) -> np.ndarray:
    ordered = np.sort(rows["distance"].to_numpy())
    shares: np.ndarray = np.searchsorted(ordered, GRID, side="right") / max(len(ordered), 1)
    return shares


def _within(inputs: str) -> str:
    return f"inputs={inputs}"
