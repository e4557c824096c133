from datetime import date

import numpy as np
import polars as pl
import pytest

from data.pay import MAX_PAY_USD, MIN_PAY_USD
from data.record import RECORD_TYPES
from data.schema import record_schema, sift
from tests.bench.repeated import YEARS, repeated


@pytest.fixture(scope="module")
def few(records: pl.DataFrame) -> pl.DataFrame:
    """Records of whom two are at the ends of what is allowed."""
    some = records[:300]
    ends = pl.Series([MIN_PAY_USD, MAX_PAY_USD, *some["pay_usd"][2:]])
    return some.with_columns(
        pay_usd=ends, years_experience=pl.Series([0.0, 70.0, *some["years_experience"][2:]])
    ).select(list(RECORD_TYPES))


def test_no_more_than_are_real_are_the_real_ones(few: pl.DataFrame) -> None:
    assert repeated(few, 300).sort("record_id").equals(few.sort("record_id"))
    assert repeated(few, 200).join(few, on="record_id", how="anti").is_empty()


def test_repeats_are_records_by_type_and_by_range(few: pl.DataFrame) -> None:
    found = repeated(few, 1000)
    assert found.height == 1000
    assert found.schema == pl.Schema(RECORD_TYPES)
    schema = record_schema(date(2100, 1, 1), MIN_PAY_USD, MAX_PAY_USD)
    numbered = found.with_columns(pl.int_range(1, pl.len() + 1).alias("row"))
    assert sift(numbered, schema).rejects.is_empty()


def test_each_has_an_id_of_its_own_and_stays_in_the_group_of_what_it_repeats(
    few: pl.DataFrame,
) -> None:
    found = repeated(few, 900)
    assert found["record_id"].n_unique() == 900
    groups = found.select(pl.col("record_id").str.split("#").list.first(), "group_id").unique()
    assert groups.sort("record_id").equals(few.select("record_id", "group_id").sort("record_id"))


def test_a_repeat_is_near_what_it_repeats_and_its_words_are_the_same(few: pl.DataFrame) -> None:
    found = repeated(few, 600)[300:].with_columns(pl.col("record_id").str.replace("#1", ""))
    pairs = found.join(few, on="record_id", suffix="_real")
    assert pairs.height == 300
    ratio = np.log(pairs["pay_usd"].to_numpy() / pairs["pay_usd_real"].to_numpy())
    assert 0 < np.abs(ratio).max() < 0.3  # six standard deviations of the jitter
    years = (pairs["years_experience"] - pairs["years_experience_real"]).abs().drop_nulls()
    assert 0 < years.to_numpy().max() <= YEARS + 1e-9
    for word in ("title", "role", "company", "metro", "observed_on", "skills", "weight"):
        assert pairs[word].equals(pairs[f"{word}_real"], check_names=False)


def test_parts_of_pay_still_add_up(few: pl.DataFrame) -> None:
    # But for those at the ends, whose totals this test made up.
    parts = pl.sum_horizontal("base_usd", "bonus_usd", "equity_usd")
    told = few[2:].filter((parts / pl.col("pay_usd") - 1).abs() < 1e-9)
    again = repeated(told, 2 * told.height)[told.height :]
    assert not again.is_empty()
    sums = again.select(parts).to_series().to_numpy()
    np.testing.assert_allclose(sums, again["pay_usd"].to_numpy(), rtol=1e-9)
