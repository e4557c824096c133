import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.shrinkage import (
    LEAST_PRIOR,
    MOST_PRIOR,
    Drawn,
    drawn,
    prior,
    separate,
    wilson_interval,
)

WHOLE = Drawn(np.array([0.8]), 100_000.0)


def test_a_groups_share_lies_between_its_own_and_its_parents_by_its_size() -> None:
    few, many = (drawn(np.array([0.6]), n, WHOLE, 300.0) for n in (100.0, 900.0))
    assert few.shares[0] == pytest.approx(0.75)
    assert many.shares[0] == pytest.approx(0.65)
    assert drawn(np.array([0.6]), 0.0, WHOLE, 300.0).shares[0] == 0.8


@given(st.floats(1, 1e6), st.floats(100, 1e4), st.floats(1, 1e6))
def test_what_is_drawn_is_worth_more_than_alone_and_no_more_than_with_its_prior(
    n: float, strength: float, parent: float
) -> None:
    worth = drawn(np.array([0.7]), n, Drawn(np.array([0.8]), parent), strength).worth
    assert 0 < worth <= n + strength


def test_groups_that_differ_by_chance_alone_are_drawn_with_all_force() -> None:
    rng = np.random.default_rng(0)
    own = [np.array([each]) for each in rng.binomial(500, 0.8, 200) / 500]
    strength = prior(own, [np.array([0.8])] * 200, [500.0] * 200)
    # 200 groups put the mean ratio within three times sqrt(2 / 200) of 1: k above 500 / 0.3.
    assert strength > 1600


def test_groups_that_truly_differ_are_drawn_as_far_as_their_spread_says() -> None:
    # Shares of groups spread by 4 points: as a share measured on 0.16 / 0.04^2 = 100 records.
    rng = np.random.default_rng(0)
    true = 0.8 + rng.choice([-0.02, 0.02], 400)
    own = [np.array([each]) for each in rng.binomial(1000, true) / 1000]
    strength = prior(own, [np.array([0.8])] * 400, [1000.0] * 400)
    # 0.16 / 0.02^2 = 400 records; the estimate from 400 groups errs by about a fifth.
    assert strength == pytest.approx(400, rel=0.6)


@pytest.mark.parametrize("groups", [0, 1])
def test_of_less_than_two_groups_nothing_is_learned(groups: int) -> None:
    share = [np.array([0.1])] * groups
    assert prior(share, [np.array([0.8])] * groups, [1e6] * groups) == MOST_PRIOR


def test_certain_shares_say_nothing_of_how_groups_differ() -> None:
    assert prior([np.array([1.0])] * 2, [np.array([1.0])] * 2, [100.0] * 2) == MOST_PRIOR
    assert prior([np.array([0.0])] * 2, [np.array([0.9])] * 2, [1e4] * 2) == LEAST_PRIOR


def test_drawn_shares_are_nearer_the_truth_than_the_groups_own() -> None:
    rng = np.random.default_rng(3)
    true = 0.8 + 0.02 * rng.normal(size=300)
    n = rng.integers(30, 600, 300)
    own = rng.binomial(n, true) / n
    strength = prior([np.array([s]) for s in own], [WHOLE.shares] * 300, list(map(float, n)))
    better = np.array(
        [
            drawn(np.array([s]), float(m), WHOLE, strength).shares[0]
            for s, m in zip(own, n, strict=True)
        ]
    )
    assert np.square(better - true).mean() < 0.6 * np.square(own - true).mean()


def test_the_interval_of_a_drawn_share_holds_the_truth() -> None:
    rng = np.random.default_rng(4)
    true = 0.8 + 0.02 * rng.normal(size=2000)
    n = rng.integers(30, 600, 2000)
    own = rng.binomial(n, true) / n
    held = 0
    for share, size, truth in zip(own, n, true, strict=True):
        found = drawn(np.array([share]), float(size), WHOLE, 0.16 / 0.02**2)
        low, high = wilson_interval(float(found.shares[0]), found.worth)
        held += low <= truth <= high
    # Three binomial standard errors of a share of 2,000.
    assert held / 2000 == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / 2000))


def test_rows_of_one_outcome_count_nearly_as_one() -> None:
    assert separate(np.arange(50)) == 50
    assert separate(np.repeat(np.arange(10), 5)) == pytest.approx(10)
    assert separate(np.zeros(40)) == 1


@given(st.floats(0, 1), st.integers(1, 100_000))
def test_the_wilson_interval_holds_the_measured_share_and_stays_in_0_to_1(
    share: float, n: int
) -> None:
    low, high = wilson_interval(share, n)
    assert -1e-9 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1 + 1e-9


def test_the_wilson_interval_has_the_width_of_a_normal_one_where_records_are_many() -> None:
    low, high = wilson_interval(0.8, 1_000_000)
    assert high - low == pytest.approx(2 * 1.96 * math.sqrt(0.8 * 0.2 / 1e6), rel=1e-3)
