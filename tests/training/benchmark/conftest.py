"""Records as a comparison stores them, and choices that make our own fit quick."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.records import make_records
from tests.training.command import write_config
from training.benchmark.sets import Table
from training.benchmark.splits import SPLITS


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Choices of paylens, as TOML, that make a fit quick."""
    return write_config(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """People who tell what their pay is made of, each another share of equity."""
    equity = pl.Series(np.random.default_rng(2).uniform(0.1, 0.3, 900)) * pl.col("pay_usd")
    base = 0.9 * pl.col("pay_usd") - equity
    records = make_records(900).with_columns(base_usd=base, equity_usd=equity)
    return stored("people", records, tmp_path_factory.mktemp("told"))


@pytest.fixture(scope="session")
def advertised(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Advertisements, which tell the base alone."""
    base = pl.lit("posted_base").alias("pay_basis")
    unsaid = [pl.lit(None, pl.Float64).alias(f"{name}_usd") for name in ("base", "bonus", "equity")]
    records = make_records(700, seed=1).with_columns(
        base, *unsaid, pl.lit("ads").alias("source"), ("ad " + pl.col("group_id")).alias("group_id")
    )
    return stored("ads", records, tmp_path_factory.mktemp("ads"))


def stored(name: str, records: pl.DataFrame, folder: Path) -> Table:
    """Return ``records`` as a table to compare on."""
    path = folder / f"{name}.parquet"
    records.write_parquet(path)
    return Table(name, path, records.height, SPLITS)
