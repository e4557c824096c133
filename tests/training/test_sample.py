import numpy as np
import polars as pl

from tests.conftest import SMALL
from tests.records import make_records
from training.sample import sampled
from training.weights import balanced

RECORDS = make_records(600)


def test_the_weights_of_a_record_and_its_copy_add_up_to_its_own() -> None:
    records = RECORDS.with_columns(
        pl.Series("weight", [0.5, 1.0] * 300), pl.Series("source", ["a"] * 400 + ["b"] * 200)
    )
    sample = sampled(records, SMALL, np.random.default_rng(0))
    summed = np.bincount(sample.origin, weights=sample.weight)
    np.testing.assert_allclose(summed, balanced(records).to_numpy())


def test_a_copy_keeps_its_records_pay_and_group() -> None:
    sample = sampled(RECORDS, SMALL, np.random.default_rng(0))
    assert len(sample.origin) > RECORDS.height
    np.testing.assert_array_equal(
        sample.log_pay, np.log(RECORDS["pay_usd"].to_numpy())[sample.origin]
    )
    assert sample.group_ids.equals(RECORDS["group_id"][sample.origin])
