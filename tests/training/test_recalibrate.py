"""A calibration moved to recent outcomes: recovers what changed, and little on little evidence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.calibration import POOLED, Calibration
from training.recalibrate import BLEND, moves, recalibrated, share_of, standing_year

NAMES = ("total: a", "total: b", "base: a")


def old(n: int = 9000, seed: int = 0) -> tuple[Calibration, np.ndarray, list[str]]:
    """A calibration of normal residuals of spread 0.3, its scale, and the group of each row."""
    names = [NAMES[row % 3] for row in range(n)]
    residuals = 0.3 * np.random.default_rng(seed).normal(size=n)
    scale = np.full(n, 0.24)
    return Calibration.measure(residuals, scale, np.ones(n), names), scale, names


def recent(n: int, shift: float, factor: float, seed: int = 1) -> np.ndarray:
    return shift + factor * 0.3 * np.random.default_rng(seed).normal(size=n)


def test_many_outcomes_move_the_calibration_to_what_they_show() -> None:
    calibration, scale, names = old()
    n = 9000
    found = moves(calibration, recent(n, 0.1, 1.3), scale[:n], np.ones(n), names)
    # Three standard errors of a median of 3,000 at spread 0.39 are 0.027; the blend takes 7 %.
    assert set(found) == {POOLED, "total", "base"}
    for move in found.values():
        assert move.shift == pytest.approx(0.1, abs=0.035)
        assert move.factor == pytest.approx(1.3, abs=0.08)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 400), st.floats(-0.5, 0.5), st.floats(0.6, 1.4))
def test_few_outcomes_move_it_by_their_share_at_most(n: int, shift: float, factor: float) -> None:
    calibration, scale, _ = old(3000)
    names = ["total: a"] * n
    residuals = recent(n, shift, factor)
    (move,) = {
        move
        for basis, move in moves(calibration, residuals, scale[:n], np.ones(n), names).items()
        if basis != POOLED
    }
    left = residuals - calibration.offset("total: a")
    assert move.n == n
    assert abs(move.shift) <= share_of(n) * np.abs(left).max() + 1e-12
    # The best factor is looked for between a half and one and a half.
    assert abs(move.factor - 1) <= 0.5 * share_of(n) + 1e-9


def test_outcomes_like_those_it_was_measured_on_hardly_move_it() -> None:
    calibration, scale, names = old()
    for move in moves(calibration, recent(9000, 0, 1), scale, np.ones(9000), names).values():
        assert move.shift == pytest.approx(0, abs=0.02)
        assert move.factor == pytest.approx(1, abs=0.05)


def test_a_pay_basis_without_outcomes_stays_as_it_was() -> None:
    calibration, scale, _ = old()
    names = ["total: a"] * 3000
    new = recalibrated(calibration, recent(3000, 0.2, 1.2), scale[:3000], np.ones(3000), names)
    assert new.offsets["base: a"] == calibration.offsets["base: a"]
    assert new.tables["base: a"] == calibration.tables["base: a"]
    # The other pattern of the same basis has no outcomes of its own, but its basis has moved.
    assert new.offsets["total: b"] - calibration.offsets["total: b"] == pytest.approx(
        0.19, abs=0.03
    )
    assert new.offset("never: seen") != calibration.offset("never: seen")


def test_no_outcomes_change_nothing() -> None:
    calibration, _, _ = old(300)
    none = np.array([])
    assert recalibrated(calibration, none, none, none, []) == calibration


def test_tables_still_rise_through_zero_at_the_median() -> None:
    calibration, scale, names = old()
    new = recalibrated(calibration, recent(9000, -0.1, 0.8), scale, np.ones(9000), names)
    for name in new.tables:
        assert (np.diff(new.tables[name]) >= 0).all()
        assert new.quantile(name, 0.5) == 0


def test_blending_halves_at_200_outcomes_and_fades_after_thousands() -> None:
    assert share_of(BLEND) == 0.5
    assert share_of(0) == 0
    assert share_of(19 * BLEND) == 0.95


def test_outcomes_older_than_what_was_learned_take_nothing_back() -> None:
    assert standing_year(2026.5, 2025.0, 5000) == 2026.5
    assert 2026.9 < standing_year(2026.5, 2027.0, 5000) < 2027
