from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tests.conftest import SMALL
from tests.records import make_records
from training.component_shares import components
from training.sample import Sample, sampled
from training.trees import Rows

TINY = replace(SMALL, max_rounds=15, patience=5, scale_rounds=8, small_rounds=5)
RECORDS = make_records(600)


def rows_of(sample: Sample) -> Rows:
    nothing = np.zeros((len(sample.weight), 1), np.float32)
    return Rows(nothing, sample.log_pay, sample.weight, ())


def test_components_learn_base_and_the_share_of_equity_in_the_rest() -> None:
    sample = sampled(RECORDS, TINY, np.random.default_rng(0))
    told = components(sample, rows_of(sample), TINY)
    assert set(told) == {"base_share", "equity_share"}
    np.testing.assert_allclose(told["base_share"].target, 0.7)
    np.testing.assert_allclose(told["equity_share"].target, 2 / 3)


@pytest.mark.parametrize(
    "change",
    [
        pl.lit(None, pl.Float64).alias("base_usd"),
        pl.lit("posted_base").alias("pay_basis"),
        pl.lit(0.0).alias("base_usd"),
    ],
)
def test_components_are_not_learned_where_totals_are_not_split(change: pl.Expr) -> None:
    records = RECORDS.with_columns(change)
    sample = sampled(records, TINY, np.random.default_rng(0))
    assert components(sample, rows_of(sample), TINY) == {}
