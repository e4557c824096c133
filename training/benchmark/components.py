"""Base, bonus and equity: ours, which add up, beside boosters fitted to each part by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import lightgbm as lgb
import numpy as np
import polars as pl

from data.errors import TrainingError
from training.benchmark.cache import Measured
from training.benchmark.conformal import divided
from training.benchmark.forms.encoded import encoded
from training.benchmark.job import OF_ALL, OF_PAYLENS, paylens_of
from training.benchmark.markdown import table
from training.benchmark.peers import versions
from training.benchmark.peers.lightgbm import PATIENCE, ROUNDS, SETTINGS, dataset
from training.benchmark.splits import RANDOM, split_of
from training.component_metrics import component_errors
from training.trees import QUIET, Rows

PARTS = ("base", "bonus", "equity")
APART: Mapping[str, Any] = {**SETTINGS, "objective": "l1", "learning_rate": 0.1, "num_leaves": 63}


@dataclass(frozen=True)
class Components:
    """The components of pay on the random split of one table; a ``cache.Task``."""

    table: str
    records: Path
    seed: int
    config: Path | None = None

    def __str__(self) -> str:
        """Return what a progress bar says of it."""
        return f"{self.table}, seed {self.seed}: components"

    @property
    def name(self) -> str:
        """Return the name its result is kept by."""
        return f"{self.records.stem}-components-{self.seed}"

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the file of records that it reads."""
        return (self.records,)

    @property
    def choices(self) -> Mapping[str, Any]:
        """Return every choice it depends on, plain JSON."""
        ours = paylens_of(self.config).settings
        return {"ours": ours, "apart": APART, "seed": self.seed, "libraries": versions()}

    @property
    def code(self) -> tuple[str, ...]:
        """Return the source files it depends on, as patterns below the checkout."""
        own = ("training/benchmark/components.py", "training/benchmark/peers/lightgbm.py")
        return (*OF_ALL, *OF_PAYLENS, *own)


def tells_parts(records: Path) -> bool:
    """Return whether ``records`` say what pay is made of, for most of them."""
    base = pl.read_parquet(records, columns=["base_usd"])["base_usd"]
    return base.null_count() < len(base) / 2


def measure(task: Components) -> dict[str, Any]:
    """Return the errors of our components and of separate boosters, USD, plain JSON.

    Raises:
        TrainingError: Our model of the table has no components.
    """
    split = split_of(pl.read_parquet(task.records), RANDOM, task.seed)
    if split is None:
        raise TrainingError(f"{task.table}: no random split can be made of it")
    test = split.test.filter(pl.col("base_usd").is_not_null())
    fitted = paylens_of(task.config).fit(split.train, split.train.clear(), task.seed)
    predicted = fitted.model.predict(test, (0.5,))
    ours, median = predicted.components, predicted.quantiles[:, 0]
    known = ~np.isnan(ours).any(axis=1)
    if not known.any():
        raise TrainingError(f"{task.table}: too few records tell base, bonus and equity")
    apart = separate(split.train, test, task.seed)
    return {
        "records": int(known.sum()),
        "ours": errors(test, ours)
        | {"gap": gap(ours[known].sum(axis=1), median[known]), "negative": negative(ours[known])},
        "apart": errors(test, apart[:, :3])
        | {"gap": gap(apart[:, :3].sum(axis=1), apart[:, 3]), "negative": negative(apart[:, :3])},
    }


def separate(train: pl.DataFrame, test: pl.DataFrame, seed: int) -> np.ndarray:
    """Return base, bonus, equity and their sum, each from a booster of its own on our matrix.

    Each is LightGBM with the absolute error (l1), which is what is measured.

    Returns:
        USD a year, shape (rows of ``test``, 4).
    """
    told = train.filter(pl.col("base_usd").is_not_null())
    learned, watched = divided(told, seed)
    form, matrix = encoded(learned, seed)
    seen, asked = form.encode(watched), form.encode(test)
    answers = []
    for part in ("base_usd", "bonus_usd", "equity_usd", None):
        rows, watch = (
            Rows(own, _usd(of, part), of["weight"].to_numpy(), form.columns)
            for own, of in ((matrix, learned), (seen, watched))
        )
        train_set = dataset(rows)
        booster = lgb.train(
            {**QUIET, **APART, "seed": seed},
            train_set,
            ROUNDS,
            valid_sets=[dataset(watch, train_set)],
            callbacks=[lgb.early_stopping(PATIENCE, verbose=False)],
        )
        answers.append(booster.predict(asked, num_threads=1))
    return np.column_stack(answers)


def errors(test: pl.DataFrame, components: np.ndarray) -> dict[str, float]:
    """Return the mean absolute error of each of ``PARTS``, USD."""
    found = component_errors(test, components)
    return {part: found[f"{part}_mean_absolute_error_usd"] for part in PARTS}


def gap(added: np.ndarray, whole: np.ndarray) -> float:
    """Return the median distance of parts ``added`` up from the ``whole``, as a share of it."""
    return float(np.median(np.abs(added / whole - 1)))


def negative(components: np.ndarray) -> float:
    """Return the share of rows of which a component is below zero."""
    return float(np.mean((components < 0).any(axis=1)))


def section(results: Mapping[Components, Measured]) -> str:
    """Return the section of the page, Markdown; empty without results."""
    tables = dict.fromkeys(task.table for task in results)
    return "\n\n".join(
        _told(name, [of for task, of in results.items() if task.table == name]) for name in tables
    )


def _told(name: str, measured: list[Measured]) -> str:
    head = [
        *("mean absolute error, USD", *PARTS, "sum off the total, median"),
        "records with a negative part",
    ]
    labels = {"ours": "**paylens**", "apart": "LightGBM l1, one a part, our matrix"}
    rows = [
        [
            label,
            *(f"{mean(of[method][part] for of in measured):,.0f}" for part in PARTS),
            *(f"{mean(of[method][each] for of in measured):.1%}" for each in ("gap", "negative")),
        ]
        for method, label in labels.items()
    ]
    return (
        f"## {name}: components\n\n{measured[0]['records']:,} held-out records that tell base, "
        "bonus and equity. Ours are shares of the median and add up to it; boosters fitted to each "
        "part alone are held against a fourth, fitted to the total.\n\n"
        f"{table(head, rows)}"
    )


def _usd(records: pl.DataFrame, part: str | None) -> np.ndarray:
    parts = [part] if part else [f"{name}_usd" for name in PARTS]
    return records.select(pl.sum_horizontal(pl.col(parts).fill_null(0.0))).to_series().to_numpy()
