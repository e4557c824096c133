"""The floor is what a simulated perfect model shows: held against draws made another way."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from tests.records import make_records
from training.benchmark.groups import Groups
from training.benchmark.noise import DRAWS, floor
from training.evaluate import STATED

TIMES = 400


@pytest.fixture(scope="module")
def groups() -> Groups:
    """Many groups that overlap, as those of a real table do."""
    return Groups.of(make_records(1500))


@pytest.mark.parametrize("stated", STATED)
def test_nine_in_ten_perfect_models_stay_within_the_floors_90th_percentile(
    groups: Groups, stated: float
) -> None:
    # A perfect model knows each pay's true quantiles: its interval holds the pay whose own rank,
    # uniform on 0 to 1, is within the stated coverage of the middle.
    assert len(groups.names) > 10
    found = floor(groups, stated, np.random.default_rng(0))
    ranks = np.random.default_rng(1).random((TIMES, 1500))
    worst = np.array([groups.worst_gap(np.abs(own - 0.5) < stated / 2, stated) for own in ranks])
    for share, limit in ((0.5, found.median), (0.9, found.p90)):
        # Three standard errors of a share of TIMES draws and of a quantile of DRAWS.
        near = 3 * np.sqrt(share * (1 - share) * (1 / TIMES + 1 / DRAWS))
        assert np.mean(worst <= limit) == pytest.approx(share, abs=near)


def one_group(n: int, times: int = 1) -> Groups:
    """Return a group of ``n`` outcomes, each of them ``times`` rows."""
    rows = n * times
    outcome = np.repeat(np.arange(n), times)
    return Groups((("role", "any"),), np.ones((1, rows), np.float32), np.array([n]), outcome)


@pytest.mark.parametrize("stated", STATED)
def test_the_floor_of_one_group_is_that_of_the_binomial_distribution(stated: float) -> None:
    n = 200
    gaps = np.abs(np.arange(n + 1) / n - stated)
    order = np.argsort(gaps)
    reached = np.cumsum(binom.pmf(np.arange(n + 1), n, stated)[order])
    exact = [gaps[order][np.searchsorted(reached, share)] for share in (0.5, 0.9)]
    found = floor(one_group(n), stated, np.random.default_rng(0))
    # Coverage of 200 moves in steps of half a point, and 1,000 draws may land on the next step.
    assert [found.median, found.p90] == pytest.approx(exact, abs=0.0051)


def test_outcomes_seen_four_times_leave_the_floor_where_their_number_puts_it() -> None:
    once, four_times, more = (
        floor(of, 0.8, np.random.default_rng(0)).p90
        for of in (one_group(200), one_group(200, 4), one_group(800))
    )
    assert four_times == pytest.approx(once, abs=0.0051)
    assert more == pytest.approx(once / 2, abs=0.0051)


def test_a_group_told_twice_over_is_no_second_chance_to_be_off() -> None:
    one = one_group(300)
    twice = Groups(one.names * 2, np.vstack([one.member] * 2), np.array([300, 300]), one.outcome)
    assert floor(twice, 0.8, np.random.default_rng(0)) == floor(one, 0.8, np.random.default_rng(0))


def test_more_groups_raise_the_floor() -> None:
    rows, n = 2000, 200
    member = np.kron(np.eye(rows // n, dtype=np.float32), np.ones(n, np.float32))
    names = tuple(("role", str(place)) for place in range(rows // n))
    many = Groups(names, member, np.full(rows // n, n), np.arange(rows))
    alone = floor(one_group(n), 0.8, np.random.default_rng(0))
    assert floor(many, 0.8, np.random.default_rng(0)).median > alone.p90 * 0.9


def test_without_groups_there_is_no_floor() -> None:
    nothing = Groups.of(make_records(50).with_columns(pl.lit(50.0).alias("pay_usd")))
    assert np.isnan(floor(nothing, 0.8, np.random.default_rng(0)).p90)
