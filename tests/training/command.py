"""``paylens-train`` run in this process, and the files it is given."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from tests.records import make_records
from training.__main__ import main

SMALL = """
folds = 3
max_rounds = 15
patience = 5
scale_rounds = 8
small_rounds = 5
"""


@dataclass(frozen=True)
class Said:
    """What a command ended with and printed."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line of the error stream; that there is one line is checked."""
        (line,) = self.err.splitlines()
        return line


def paylens_train(*arguments: str) -> Said:
    """Return what ``paylens-train`` said to ``arguments``."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["paylens-train", *arguments])
        # The command and MLflow set these for their process, which here is pytest's.
        patch.setenv("OMP_WAIT_POLICY", "PASSIVE")
        patch.setenv("MLFLOW_TRACKING_URI", "")
        patch.setenv("MLFLOW_REGISTRY_URI", "")
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Said(code, out.getvalue(), err.getvalue())


def write_config(folder: Path) -> Path:
    """Write choices that make a fit quick; return their path."""
    path = folder / "small.toml"
    path.write_text(SMALL)
    return path


def write_table(folder: Path, n: int = 500) -> Path:
    """Write a table of one's own with ``n`` people; return its path."""
    made = make_records(n)
    path = folder / "pay.csv"
    made.select(
        "title",
        "seniority",
        "company",
        "company_level",
        "company_stage",
        "country",
        "years_experience",
        "years_at_company",
        "currency",
        "observed_on",
        pl.col("locality").alias("location"),
        pl.col("skills").list.join(";"),
        pl.col("base_usd").alias("base"),
        pl.col("bonus_usd").alias("bonus"),
        pl.col("equity_usd").alias("equity"),
        pl.col("record_id").alias("employee_id"),
    ).write_csv(path)
    return path
