"""One LightGBM fit: parameters, columns and weights in, a booster of the service out."""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

import lightgbm as lgb
import numpy as np

from features.column import Column
from serving.booster import Booster
from serving.trees.lightgbm import merged

T = TypeVar("T")
U = TypeVar("U")

QUIET: Mapping[str, Any] = {
    "verbosity": -1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
}


LEAF = 20
"""LightGBM's ``min_data_in_leaf``: bins leave out columns that cannot split so many rows."""

OF_TREES = frozenset(
    ("objective", "alpha", "learning_rate", "num_leaves", "max_depth", "min_data_in_leaf",
     "feature_fraction", "lambda_l1", "lambda_l2", "cat_smooth", "cat_l2", "path_smooth",
     "bagging_fraction", "bagging_freq", "min_sum_hessian_in_leaf", "min_gain_to_split")
)  # fmt: skip
"""Parameters that rows are sorted into bins without; with any other, a booster has its own bins."""


@dataclass(frozen=True, slots=True)
class Binned:
    """Rows of a matrix that LightGBM has sorted into its bins.

    Attributes:
        whole: The whole matrix, constructed.
        numbers: Which of its rows these are, shape (rows,).
    """

    whole: lgb.Dataset
    numbers: np.ndarray


@dataclass(frozen=True, slots=True)
class Rows:
    """Encoded rows with what to learn.

    Attributes:
        matrix: float32, shape (rows, columns).
        target: float64, shape (rows,).
        weight: float64, shape (rows,).
        columns: The columns of the matrix.
        bins: The same rows sorted into bins; None where each booster sorts them for itself.
    """

    matrix: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    columns: tuple[Column, ...]
    bins: Binned | None = None

    def binned(self) -> Self:
        """Return the rows sorted into bins, for many boosters to learn from them or some of them.

        What they learn may differ: ``dataclasses.replace`` keeps the bins. A booster whose
        parameters ask for other bins makes its own. Of more than 200,000 rows LightGBM draws those
        that bins are made by, the same for every seed.
        """
        whole = _new_dataset(self).construct()
        return replace(self, bins=Binned(whole, np.arange(len(self.target))))

    def filter(self, wanted: np.ndarray) -> Self:
        """Return the rows that are ``wanted``, bool, shape (rows,)."""
        bins = self.bins and replace(self.bins, numbers=self.bins.numbers[wanted])
        return type(self)(
            self.matrix[wanted], self.target[wanted], self.weight[wanted], self.columns, bins
        )


def grow(
    rows: Rows, parameters: Mapping[str, Any], rounds: int, seed: int, *, rising: bool = False
) -> Booster:
    """Return the booster of ``rounds`` trees grown on ``rows``.

    Args:
        rows: What to learn from.
        parameters: LightGBM parameters.
        rounds: Number of trees.
        seed: Seed of LightGBM's random choices.
        rising: Keep the prediction from falling in the columns that say so.
    """
    dataset = _dataset(rows, parameters)
    return Booster(_grown(dataset, _parameters(rows, parameters, seed, rising), rounds))


def grow_members(
    rows: Rows, parameters: Mapping[str, Any], rounds: int, seed: int, members: int
) -> Booster:
    """Return the mean of ``members`` rising boosters that differ by their seeds, as one booster.

    Each learns its share of the target, so that the trees of all of them side by side add up to
    the mean. The Huber loss's ``alpha`` is a distance in the target and shrinks with it.
    """
    share = replace(rows, target=rows.target / members)
    chosen = dict(parameters)
    if chosen.get("objective") == "huber":
        chosen["alpha"] = chosen.get("alpha", 0.9) / members
    dataset = _dataset(share, chosen)
    texts = (
        _grown(dataset, _parameters(share, chosen, seed + number, rising=True), rounds)
        for number in range(members)
    )
    return Booster(merged(texts))


def grow_until_flat(
    rows: Rows,
    watched: Rows,
    parameters: Mapping[str, Any],
    max_rounds: int,
    patience: int,
    seed: int,
) -> Booster:
    """Return a booster that stopped when ``watched`` had not gained for ``patience`` rounds."""
    train = _dataset(rows, parameters)
    booster = lgb.train(
        _parameters(rows, parameters, seed, rising=True),
        train,
        max_rounds,
        valid_sets=[_new_dataset(watched, train)],
        callbacks=[lgb.early_stopping(patience, verbose=False)],
    )
    return Booster(booster.model_to_string(num_iteration=booster.best_iteration))


def side_by_side(work: Callable[[T], U], items: Iterable[T]) -> list[U]:
    """Return ``work`` of each of ``items``, in order, as many at once as there are processors.

    Each fit runs on one thread: threads of one fit wait for each other after every leaf, which
    costs more than it gains on few cores and far more where other work shares them.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))


def _grown(dataset: lgb.Dataset, parameters: Mapping[str, Any], rounds: int) -> str:
    return lgb.train(dict(parameters), dataset, rounds).model_to_string()


def _parameters(
    rows: Rows, parameters: Mapping[str, Any], seed: int, rising: bool
) -> dict[str, Any]:
    answer: dict[str, Any] = {**QUIET, **parameters, "seed": seed}
    if rising:
        answer["monotone_constraints"] = [int(column.rising) for column in rows.columns]
    return answer


def _dataset(rows: Rows, parameters: Mapping[str, Any]) -> lgb.Dataset:
    if rows.bins is None or not _usual_bins(parameters):
        return _new_dataset(rows)
    # What is set before the rows are taken over would be overwritten by that of the whole.
    dataset = rows.bins.whole.subset(rows.bins.numbers.tolist()).construct()
    # Not by ``set_weight``, which leaves weights alone that it is to set to 1.
    return dataset.set_label(rows.target).set_field("weight", rows.weight.astype(np.float32))


def _usual_bins(parameters: Mapping[str, Any]) -> bool:
    return OF_TREES.issuperset(parameters) and int(parameters.get("min_data_in_leaf", LEAF)) >= LEAF


def _new_dataset(rows: Rows, reference: lgb.Dataset | None = None) -> lgb.Dataset:
    categorical = [place for place, column in enumerate(rows.columns) if column.categorical]
    return lgb.Dataset(
        rows.matrix,
        rows.target,
        weight=rows.weight,
        categorical_feature=categorical,
        reference=reference,
        # Without the second, LightGBM would set the threads of all fits of the process anew.
        params={"verbosity": -1, "num_threads": 1},
    )
