import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records import make_records
from training.benchmark.groups import LEAST, Groups, separate


def two_roles(first: int, second: int) -> pl.DataFrame:
    """Return people who differ in their role only: so many of one, so many of another."""
    roles = ["data_scientist"] * first + ["software_engineer"] * second
    alike = make_records(first + second).with_columns(
        *(pl.lit(None, pl.String).alias(each) for each in ("seniority", "company_stage")),
        *(pl.lit(None, kind).alias(each) for each, kind in UNTOLD.items()),
    )
    return alike.with_columns(pl.Series("role", roles))


UNTOLD = {"country": pl.String, "years_experience": pl.Float64}


def test_a_group_of_two_hundred_is_judged_and_a_smaller_one_is_not() -> None:
    groups = Groups.of(two_roles(LEAST, LEAST - 1))
    assert groups.names == (("role", "data_scientist"),)
    assert groups.repeated == 0


def test_a_group_of_the_same_outcomes_again_is_told_of_and_not_judged() -> None:
    records = two_roles(LEAST, LEAST)
    same = records.with_columns(
        pl.when(pl.col("role") == "software_engineer")
        .then(pl.lit(value))
        .otherwise(pl.col(name))
        .alias(name)
        for name, value in (("group_id", "one advertisement"), ("pay_usd", 9e4))
    )
    groups = Groups.of(same)
    assert groups.names == (("role", "data_scientist"),)
    assert groups.repeated == 1


def test_coverage_is_counted_group_by_group() -> None:
    groups = Groups.of(two_roles(200, 300))
    covered = np.array([True] * 150 + [False] * 50 + [True] * 270 + [False] * 30)
    assert groups.names == (("role", "data_scientist"), ("role", "software_engineer"))
    shares = groups.coverages(covered[:, None])[:, 0]
    np.testing.assert_allclose(shares, [0.75, 0.9])
    assert groups.worst_gap(covered, 0.8) == pytest.approx(0.1)


def test_the_typical_gap_is_that_of_the_groups_without_what_chance_adds() -> None:
    # Two groups truly 5 points off, 4,000 people each. Of the mean square of two gaps the standard
    # error is about 2 * 0.05 * sqrt(0.16 / 4000 / 2), so the root's is half a point at most.
    rng = np.random.default_rng(0)
    groups = Groups.of(two_roles(4000, 4000))
    covered = rng.random(8000) < np.repeat([0.75, 0.85], 4000)
    assert groups.typical_gap(covered, 0.8) == pytest.approx(0.05, abs=0.015)


def test_a_perfect_model_has_no_typical_gap_where_chance_alone_shows_some() -> None:
    # The square less chance is zero on average, so over many draws the mean root is far below the
    # 2.8 points that chance alone gives groups of 200.
    rng = np.random.default_rng(0)
    groups = Groups.of(two_roles(200, 200))
    found = [groups.typical_gap(rng.random(400) < 0.8, 0.8) for _ in range(200)]
    chance = np.sqrt(0.8 * 0.2 / 200)
    assert np.mean(np.square(found)) < 0.7 * chance**2
    assert np.median(found) < 0.5 * chance


def test_without_groups_there_is_no_gap_to_tell() -> None:
    groups = Groups.of(two_roles(20, 20))
    covered = np.ones(40, bool)
    assert np.isnan(groups.worst_gap(covered, 0.8))
    assert np.isnan(groups.typical_gap(covered, 0.8))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60))
def test_rows_are_worth_as_many_outcomes_as_there_are_at_most(outcome: list[int]) -> None:
    worth = separate(np.array(outcome))
    assert 1 <= worth <= len(set(outcome)) + 1e-9


@given(st.integers(1, 50), st.integers(1, 20))
def test_rows_each_seen_as_often_are_worth_their_number(outcomes: int, times: int) -> None:
    assert separate(np.repeat(np.arange(outcomes), times)) == pytest.approx(outcomes)
