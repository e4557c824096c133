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
    summed = sample.frame.group_by("record_id", maintain_order=True).agg(pl.col("weight").sum())
    assert summed["record_id"].equals(records["record_id"])
    np.testing.assert_allclose(summed["weight"], balanced(records).to_numpy())


def test_a_copy_keeps_its_records_pay_and_group() -> None:
    sample = sampled(RECORDS, SMALL, np.random.default_rng(0))
    copies = sample.frame.filter("is_copy")
    assert copies.height > 0
    own = copies.select("record_id").join(RECORDS, on="record_id", maintain_order="left")
    assert copies["pay_usd"].equals(own["pay_usd"])
    assert copies["group_id"].equals(own["group_id"])


def test_the_records_of_a_sample_are_those_it_was_drawn_from() -> None:
    sample = sampled(RECORDS, SMALL, np.random.default_rng(0))
    assert sample.records["record_id"].equals(RECORDS["record_id"])


def test_parts_of_a_sample_make_it_up_again() -> None:
    sample = sampled(RECORDS, SMALL, np.random.default_rng(0))
    wanted = np.arange(len(sample.weight)) < 100
    both = sample.filter(wanted).followed_by(sample.filter(~wanted))
    assert both.frame.equals(sample.frame)
