from dataclasses import replace

import numpy as np
import polars as pl

from features.column import Column
from tests.conftest import SMALL
from tests.records import make_records
from training.out_of_fold import jackknife_error, out_of_fold, scale_out_of_fold
from training.sample import sampled
from training.trees import Rows

TINY = replace(SMALL, max_rounds=15, patience=5, scale_rounds=8, small_rounds=5)
RECORDS = make_records(600)


def silent(_: str) -> None:
    pass


def test_a_record_and_its_copy_are_in_one_fold() -> None:
    sample = sampled(RECORDS, TINY, np.random.default_rng(0))
    fold = out_of_fold(sample, TINY, np.random.default_rng(0), silent).fold
    folds = sample.frame.select("record_id", pl.Series("fold", fold)).unique()
    assert folds["record_id"].is_unique().all()


def test_a_location_out_of_fold_has_not_seen_its_own_group() -> None:
    # Pay is pure chance here, and each person is there five times: who has seen one of the five
    # can say the others.
    person = np.arange(1000) % 200
    records = make_records(1000).with_columns(
        pl.Series("pay_usd", np.exp(np.random.default_rng(0).normal(12, 1, 200))[person]),
        pl.Series("company", [f"company {each}" for each in person]),
        pl.Series("group_id", [f"{each}" for each in person]),
    )
    # Of 200 people a correlation of chance has standard error 0.07.
    assert abs(told_by_others(records)) < 4 * 0.07
    assert told_by_others(records.with_columns(group_id="record_id")) > 4 * 0.07


def told_by_others(records: pl.DataFrame) -> float:
    """Return the correlation of pay and what the other folds say of it."""
    sample = sampled(records, TINY, np.random.default_rng(0))
    out = out_of_fold(sample, TINY, np.random.default_rng(0), silent)
    own = out.every[out.fold[out.probes], np.arange(len(out.probes))]
    np.testing.assert_array_equal(out.location[out.probes], own)
    assert np.isfinite(out.error[out.probes]).all()
    return float(np.corrcoef(out.location, sample.log_pay)[0, 1])


def test_the_jackknife_error_is_the_textbook_one() -> None:
    every = np.array([[1.0, 5.0], [2.0, 5.0], [6.0, 5.0]])
    # (3 - 1) / 3 * ((1 - 3)^2 + (2 - 3)^2 + (6 - 3)^2) = 28 / 3; equal folds are floored.
    np.testing.assert_allclose(jackknife_error(every), [np.sqrt(28 / 3), 0.001])


def test_a_scale_out_of_fold_has_not_seen_its_own_fold() -> None:
    rng = np.random.default_rng(0)
    fold = np.arange(900) % 3
    matrix = rng.normal(size=(900, 3)).astype(np.float32)
    rows = Rows(matrix, rng.exponential(size=900), np.ones(900), (Column("a", "a"),) * 3)
    before = scale_out_of_fold(rows, fold, TINY)
    changed = np.where(fold == 1, 9 * rows.target, rows.target)
    after = scale_out_of_fold(replace(rows, target=changed), fold, TINY)
    np.testing.assert_array_equal(after[fold == 1], before[fold == 1])
    assert (after[fold != 1] > before[fold != 1]).all()
