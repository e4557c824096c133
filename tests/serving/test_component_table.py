from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.component_table import BINS, LEVELS, OF_BIN, Table

N = 6000
SCALE = np.full(N, 0.2)


def people(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return predicted shares, and actual ones that are them on the whole.

    The smaller the predicted share, the more people have none: 80 % to 10 %.
    """
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.0, 0.5, N)
    chance = 0.2 + 1.4 * share
    amount = share / chance * np.exp(0.3 * rng.normal(size=N))
    return share, np.where(rng.random(N) < chance, amount, 0.0)


SHARE, ACTUAL = people(0)
TABLE = Table.measure(SHARE, ACTUAL, SCALE, np.ones(N))


def test_the_share_without_a_component_is_that_of_people_predicted_alike() -> None:
    few, many = (TABLE.range(share, 1.0, 0.2, 0.8).none_share for share in (0.45, 0.05))
    # Of 600 in a bin, four standard errors.
    assert few == pytest.approx(0.8 - 1.4 * 0.45, abs=0.07)
    assert many == pytest.approx(0.8 - 1.4 * 0.05, abs=0.09)


def test_the_range_begins_at_exactly_nothing_where_more_have_none_than_its_tail_holds() -> None:
    assert TABLE.range(0.1, 200_000.0, 0.2, 0.8).lower == 0.0
    everybody = Table.measure(SHARE, np.maximum(ACTUAL, 0.01), SCALE, np.ones(N))
    assert everybody.range(0.4, 200_000.0, 0.2, 0.8).lower > 0


@pytest.mark.parametrize("stated", [0.8, 0.9, 0.95])
def test_ranges_cover_what_they_state_or_what_nothing_alone_makes_more(stated: float) -> None:
    share, actual = people(1)
    found = [TABLE.range(each, 1.0, 0.2, stated) for each in share]
    covered = np.array([e.lower <= a <= e.upper for e, a in zip(found, actual, strict=True)])
    # Nothing is one amount: a range that holds it holds all who have none.
    none = 0.8 - 1.4 * share
    held = np.maximum(np.maximum(none, 1 - none), stated)
    expected = np.where(none < (1 - stated) / 2, stated, held).mean()
    # Four standard errors of 6,000 asked, and as much for the 6,000 learned from.
    assert covered.mean() == pytest.approx(expected, abs=8 * np.sqrt(0.25 / N))


@given(
    st.floats(0, 1),
    st.floats(0.01, 1.5),
    st.floats(0.05, 0.99),
    st.floats(0.05, 0.99),
)
def test_a_wider_coverage_never_narrows_a_range_and_the_prediction_lies_inside(
    share: float, scale: float, one: float, other: float
) -> None:
    narrow, wide = (TABLE.range(share, 100_000.0, scale, each) for each in sorted((one, other)))
    assert 0 <= wide.lower <= narrow.lower <= share * 100_000.0 <= narrow.upper <= wide.upper


def test_a_wider_scale_gives_a_wider_range() -> None:
    uppers = [TABLE.range(0.3, 1.0, scale, 0.9).upper for scale in (0.1, 0.2, 0.4)]
    assert all(low < high for low, high in pairwise(uppers))


def test_bins_hold_enough_records_and_are_not_too_many() -> None:
    assert len(TABLE.shares) == BINS
    few = Table.measure(SHARE[:OF_BIN], ACTUAL[:OF_BIN], SCALE[:OF_BIN], np.ones(OF_BIN))
    assert len(few.shares) == 1
    assert all(len(row) == len(LEVELS) for row in TABLE.quantiles)


def test_what_nobody_has_is_nothing() -> None:
    table = Table.measure(np.zeros(N), np.zeros(N), SCALE, np.ones(N))
    found = table.range(0.0, 100_000.0, 0.3, 0.9)
    assert (found.lower, found.upper, found.none_share) == (0.0, 0.0, 1.0)


def test_equal_predictions_make_one_bin() -> None:
    table = Table.measure(np.full(N, 0.7), np.full(N, 0.7), SCALE, np.ones(N))
    assert len(table.shares) == 1
    found = table.range(0.7, 100.0, 0.2, 0.8)
    assert (found.lower, found.upper) == pytest.approx((70.0, 70.0))


def test_scaled_quantiles_move_the_ends_apart() -> None:
    wide, usual = (t.range(0.4, 1.0, 0.2, 0.9) for t in (TABLE.scaled(1.5), TABLE))
    assert wide.upper > usual.upper
    assert wide.none_share == usual.none_share
