"""Corrections hold what they promise on new rows, whatever the quantiles they start from."""

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records import make_records
from tests.training.benchmark.made import needs
from training.benchmark.conformal import (
    SHARE,
    SHARE_OF_LARGE,
    corrections,
    cqr,
    divided,
    per_level,
)
from training.benchmark.peers import peer
from training.metrics import LEVELS

CALIBRATE, FRESH, TIMES = 99, 50, 300


def wrong_quantiles(n: int) -> np.ndarray:
    """Return quantiles far too narrow and off to one side, shape (n, 19)."""
    return np.tile(0.3 + 0.4 * np.linspace(-1, 1, len(LEVELS)), (n, 1))


def test_a_share_of_new_rows_equal_to_each_level_falls_below_it() -> None:
    # Exact on average over calibration sets. The share below, one set at a time, has variance
    # t (1 - t) / (n + 2) from the calibration rows and t (1 - t) / m from the fresh ones.
    rng = np.random.default_rng(0)
    below = np.zeros(len(LEVELS))
    for _ in range(TIMES):
        pay, fresh = rng.gumbel(size=CALIBRATE), rng.gumbel(size=FRESH)
        moved = per_level(wrong_quantiles(CALIBRATE), pay, wrong_quantiles(FRESH))
        below += (fresh[:, None] <= moved).mean(axis=0) / TIMES
    levels = np.array(LEVELS)
    error = np.sqrt(levels * (1 - levels) * (1 / (CALIBRATE + 2) + 1 / FRESH) / TIMES)
    assert (np.abs(below - levels) < 4 * error).all()


@given(st.floats(-5, 5), st.integers(20, 200))
def test_what_all_rows_are_off_by_is_taken_away(off: float, n: int) -> None:
    pay = np.random.default_rng(n).normal(size=n)
    whole = per_level(wrong_quantiles(n), pay, wrong_quantiles(3))
    again = per_level(wrong_quantiles(n) + off, pay, wrong_quantiles(3) + off)
    np.testing.assert_allclose(whole, again, atol=1e-9)


@needs("mapie")
@pytest.mark.parametrize("stated", [0.8, 0.9])
def test_intervals_by_cqr_hold_new_rows_as_stated(stated: float) -> None:
    rng = np.random.default_rng(0)
    lower, upper = (LEVELS.index(round(0.5 + sign * stated / 2, 2)) for sign in (-1, 1))
    pay, fresh = rng.normal(size=4000), rng.normal(size=4000)
    moved = cqr(wrong_quantiles(4000), pay, wrong_quantiles(4000))
    covered = np.mean((fresh >= moved[:, lower]) & (fresh <= moved[:, upper]))
    # Four standard errors; calibration rows and fresh rows each add one binomial.
    assert covered == pytest.approx(stated, abs=4 * np.sqrt(2 * stated * (1 - stated) / 4000))


@needs("mapie")
def test_cqr_leaves_the_median_where_it_was() -> None:
    pay = np.random.default_rng(0).normal(size=500)
    moved = cqr(wrong_quantiles(500), pay, wrong_quantiles(10))
    half = len(LEVELS) // 2
    np.testing.assert_array_equal(moved[:, half], wrong_quantiles(10)[:, half])


def test_cqr_is_there_only_with_mapie() -> None:
    assert ("CQR" in corrections()) == bool(find_spec("mapie"))
    assert "per level" in corrections()


@pytest.mark.parametrize("large", [False, True])
def test_rows_to_calibrate_on_are_kept_back_by_group(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = make_records(600)
    monkeypatch.setattr("training.benchmark.conformal.LARGE", 100 if large else peer.LARGE)
    learned, kept = divided(records, seed=3)
    assert not set(learned["group_id"]) & set(kept["group_id"])
    assert learned.height + kept.height == 600
    assert kept.height == pytest.approx(600 * (SHARE_OF_LARGE if large else SHARE), abs=1)
