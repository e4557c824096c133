from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records import make_records
from training.split import LEAST_COMPANIES, by_company, folds_of, grouped_random, temporal


def grouped_records(n: int, groups: int) -> pl.DataFrame:
    """Return ``n`` records in ``groups`` groups."""
    ids = np.random.default_rng(0).permutation(np.arange(n) % groups)
    return make_records(n).with_columns(pl.Series("group_id", [f"group {id_}" for id_ in ids]))


def sides(train: pl.DataFrame, test: pl.DataFrame) -> tuple[set[str], set[str]]:
    return set(train["group_id"]), set(test["group_id"])


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1), st.integers(1, 6), st.integers(0, 99))
def test_rows_of_one_group_share_a_fold(ids: list[str], folds: int, seed: int) -> None:
    fold = folds_of(pl.Series(ids), folds, np.random.default_rng(seed))
    assert set(fold) <= set(range(folds))
    for name in set(ids):
        assert len({of for of, own in zip(fold, ids, strict=True) if own == name}) == 1


def test_folds_hold_as_many_groups_each() -> None:
    ids = pl.Series([f"{n}" for n in range(103)])
    counts = np.bincount(folds_of(ids, 5, np.random.default_rng(0)))
    assert sorted(counts) == [20, 20, 21, 21, 21]


def test_another_seed_gives_other_folds_and_the_same_seed_the_same() -> None:
    ids = pl.Series([f"{n}" for n in range(50)])
    first, again, other = (
        folds_of(ids, 5, np.random.default_rng(seed)).tolist() for seed in (0, 0, 1)
    )
    assert first == again != other


@pytest.mark.parametrize("groups", [300, 450, 800, 1500])
def test_no_group_is_on_both_sides_of_the_random_split(groups: int) -> None:
    split = grouped_random(grouped_records(1500, groups), 0.2, seed=3)
    train, test = sides(split.train, split.test)
    assert not train & test
    assert split.train.height + split.test.height == 1500


@pytest.mark.parametrize("groups", [300, 450, 800, 1500])
def test_the_random_split_keeps_back_the_share_of_groups_asked_for(groups: int) -> None:
    split = grouped_random(grouped_records(1500, groups), 0.2, seed=3)
    _, test = sides(split.train, split.test)
    assert len(test) / groups == pytest.approx(0.2, abs=1 / groups)


def test_the_temporal_split_trains_on_earlier_days_than_it_measures() -> None:
    split = temporal(make_records(1000), 0.2)
    assert split is not None
    latest, earliest = split.train["observed_on"].max(), split.test["observed_on"].min()
    assert isinstance(latest, date)
    assert isinstance(earliest, date)
    assert latest < earliest
    # Days repeat, so the part from the cut's day on may be larger than asked for, by that day.
    assert 0.2 <= split.test.height / 1000 <= 0.21


def test_a_group_that_reaches_over_the_cut_leaves_the_training_part() -> None:
    records = grouped_records(1000, 400)
    split = temporal(records, 0.2)
    assert split is not None
    train, test = sides(split.train, split.test)
    assert not train & test
    assert train | test == set(records["group_id"])
    assert split.train.height + split.test.height < 1000


@pytest.mark.parametrize("days", [0, 1, 100])
def test_records_of_a_few_months_have_no_later_part(days: int) -> None:
    span = [date(2025, 1, 1) + timedelta(days=n * days // 499) for n in range(500)]
    records = make_records(500).with_columns(pl.Series("observed_on", span))
    assert temporal(records, 0.2) is None


def test_no_later_part_where_nearly_all_was_observed_on_the_first_day() -> None:
    days = [date(2024, 1, 1)] * 450 + [date(2025, 1, 1)] * 50
    records = make_records(500).with_columns(pl.Series("observed_on", days))
    assert temporal(records, 0.2) is None


def test_no_later_part_where_every_group_reaches_over_the_cut() -> None:
    records = make_records(500).with_columns(pl.lit("one person").alias("group_id"))
    assert temporal(records, 0.2) is None


def employed(n: int = 1000, companies: int = 100) -> pl.DataFrame:
    """Return ``n`` records of so many companies; every tenth names none."""
    names = [None if row % 10 == 0 else f"company {row % companies}" for row in range(n)]
    return make_records(n).with_columns(pl.Series("company", names))


def test_a_company_held_out_was_never_trained_on() -> None:
    split = by_company(employed(), 0.2, seed=1)
    assert split is not None
    assert not set(split.train["company"]) & set(split.test["company"])
    assert split.train.height + split.test.height == 1000
    assert split.test["company"].n_unique() == 18
    assert split.test["company"].null_count() == 0


def test_records_that_name_no_company_are_trained_on() -> None:
    split = by_company(employed(), 0.2, seed=1)
    assert split is not None
    assert split.train["company"].null_count() == 100


def test_a_person_of_two_companies_is_on_one_side_only() -> None:
    twice = employed().with_columns(pl.Series("group_id", [f"{row // 2}" for row in range(1000)]))
    split = by_company(twice, 0.2, seed=1)
    assert split is not None
    train, test = sides(split.train, split.test)
    assert not train & test


def test_other_seeds_hold_out_other_companies() -> None:
    first, again, other = (by_company(employed(), 0.2, seed) for seed in (1, 1, 2))
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.test.equals(again.test)
    assert set(first.test["company"]) != set(other.test["company"])


@pytest.mark.parametrize("companies", [1, LEAST_COMPANIES - 1])
def test_of_a_few_companies_none_is_held_out(companies: int) -> None:
    names = pl.Series("company", [f"company {row % companies}" for row in range(500)])
    assert by_company(make_records(500).with_columns(names), 0.2, seed=0) is None
    nameless = make_records(500).with_columns(pl.lit(None, pl.String).alias("company"))
    assert by_company(nameless, 0.2, seed=0) is None
