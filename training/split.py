"""Who is trained on and who is measured on: never two rows of one group on both sides."""

from dataclasses import dataclass

import numpy as np
import polars as pl

LEAST_SPAN_DAYS = 180
"""A table observed over fewer days than this has no later part to speak of."""

LEAST_COMPANIES = 20
"""Companies named in a table, below which none can be held out."""


@dataclass(frozen=True, slots=True)
class Split:
    """Records to train on and records to measure on."""

    name: str
    train: pl.DataFrame
    test: pl.DataFrame


def folds_of(group_ids: pl.Series, folds: int, rng: np.random.Generator) -> np.ndarray:
    """Return the fold of each row, int64, 0 to ``folds`` - 1; rows of one group share it."""
    codes = group_ids.rank("dense").to_numpy().astype(np.int64) - 1
    of_group: np.ndarray = rng.permutation(np.arange(codes.max() + 1) % folds)
    return of_group[codes]


def drawn(group_ids: pl.Series, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return whether each row's group is among a random ``share`` (0 to 1) of the groups."""
    codes = group_ids.rank("dense").to_numpy().astype(np.int64) - 1
    groups = int(codes.max()) + 1
    return (rng.permutation(groups) < round(share * groups))[codes]


def grouped_random(records: pl.DataFrame, test_share: float, seed: int) -> Split:
    """Return a random split by group, about ``test_share`` (0 to 1) of the groups in the test."""
    in_test = drawn(records["group_id"], test_share, np.random.default_rng(seed))
    return Split("grouped_random", records.filter(~in_test), records.filter(in_test))


def temporal(records: pl.DataFrame, test_share: float) -> Split | None:
    """Return the latest ``test_share`` (0 to 1) as the test; None where time hardly passes.

    Groups that reach over the cut leave the training part, so nobody is on both sides.
    """
    days = records["observed_on"]
    first, last = days.min(), days.max()
    cut = days.sort()[int((1 - test_share) * (records.height - 1))]
    span = (last - first).days if first is not None and last is not None else 0  # type: ignore[operator, union-attr]
    if span < LEAST_SPAN_DAYS or cut == first:
        return None
    test = records.filter(pl.col("observed_on") >= cut)
    train = records.filter(
        (pl.col("observed_on") < cut)
        & ~pl.col("group_id").is_in(test["group_id"].unique().implode())
    )
    return Split("temporal", train, test) if train.height and test.height else None


def by_company(records: pl.DataFrame, test_share: float, seed: int) -> Split | None:
    """Return a split whose test holds companies never trained on; None where few are named.

    About ``test_share`` (0 to 1) of the companies are in the test, with all their records. Records
    that name no company are trained on. Groups that reach over leave the training part, so nobody
    is on both sides.
    """
    named = records.filter(pl.col("company").is_not_null())
    if named["company"].n_unique() < LEAST_COMPANIES:
        return None
    held_out = drawn(named["company"], test_share, np.random.default_rng(seed))
    test = named.filter(held_out)
    train = records.filter(
        ~pl.col("company").is_in(test["company"].unique().implode()).fill_null(value=False)
        & ~pl.col("group_id").is_in(test["group_id"].unique().implode())
    )
    return Split("by_company", train, test) if train.height and test.height else None
