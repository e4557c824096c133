"""Invented measurements and tasks, and the mark of tests that need a peer's library."""

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from training.benchmark.cache import Measured
from training.benchmark.job import Job
from training.benchmark.measure import AS_GIVEN, FULL
from training.benchmark.splits import RANDOM


def needs(*packages: str) -> pytest.MarkDecorator:
    """Return a mark that skips where one of ``packages`` is not installed.

    Peers live in the ``bench`` group alone, which neither ``make test`` nor CI installs: there
    these tests skip, and after ``make bench-accuracy`` they run.
    """
    missing = [name for name in packages if find_spec(name) is None]
    return pytest.mark.skipif(
        bool(missing),
        reason=f"{', '.join(missing)}: in the bench group only; make bench-accuracy installs it",
    )


@dataclass(frozen=True)
class Errand:
    """A task of which everything can be chosen."""

    name: str
    files: tuple[Path, ...] = ()
    size: int = 1
    code: tuple[str, ...] = ()

    @property
    def choices(self) -> Mapping[str, Any]:
        return {"size": self.size}


def doubled(errand: Errand) -> Measured:
    """Return twice the size; importable, so that another process can call it."""
    return {"twice": 2 * errand.size}


def fatal(errand: Errand) -> Measured:
    """Return twice the size; the largest ends its process, as a system without memory does."""
    if errand.size == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return doubled(errand)


def job(peer: str, seed: int = 0, table: str = "levels_fyi", **changed: Any) -> Job:
    """Return a job on records that need not be there."""
    told = {"split": RANDOM, "records": Path(f"{table}.parquet"), **changed}
    return Job(table=table, seed=seed, peer=peer, **told)


def scores(loss: float, **changed: float) -> dict[str, float]:
    """Return scores of a well calibrated method with pinball ``loss``."""
    return {
        "pinball_loss": loss,
        "median_absolute_percentage_error": 2 * loss,
        "coverage_80": 0.801,
        "coverage_90": 0.899,
        "interval_score_80": 10 * loss,
        "interval_score_90": 15 * loss,
        "mean_width_80": 9 * loss,
        "mean_width_90": 12 * loss,
        "worst_gap_80": 0.04,
        "worst_gap_90": 0.03,
        "typical_gap_80": 0.01,
        "typical_gap_90": 0.008,
        "crossed_share": 0.0,
    } | changed


def measured(loss: float, *, calibrated: bool = False, **changed: Any) -> dict[str, Any]:
    """Return a measurement; that of a peer has two corrections, of which CQR is the worse."""
    given = {AS_GIVEN: scores(loss if calibrated else 1.1 * loss)}
    corrections = {} if calibrated else {"per level": scores(loss), "CQR": scores(1.02 * loss)}
    return {
        "rows": {"learned": 30_000, "calibrated": 0 if calibrated else 3_000, "held_out": 8_000},
        "scores": {FULL: given | corrections},
        "groups": 12,
        "repeated": 0,
        "floor": {"80": [0.03, 0.045], "90": [0.022, 0.033]},
        "fit_seconds": 60.0,
        "row_microseconds": 300.0,
        "size_mb": 4.0,
    } | changed
