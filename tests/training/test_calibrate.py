import numpy as np
import pytest

from serving.calibration import Calibration
from training.calibrate import FEW, USUAL, narrowing, scalar, steadied


def measured(residuals: np.ndarray) -> Calibration:
    ones = np.ones(len(residuals))
    return Calibration.measure(residuals, ones, ones, ["total: all"] * len(residuals))


def residuals(n: int = 5000) -> np.ndarray:
    """Return residuals around a median of 0 with heavy tails on one side, as those of pay are."""
    rng = np.random.default_rng(0)
    drawn = np.where(rng.random(n) < 0.8, rng.normal(size=n), rng.exponential(2, n))
    return drawn - np.median(drawn)


@pytest.mark.parametrize("factor", [0.7, 0.95, 1.0, 1.3])
def test_a_known_factor_is_recovered(factor: float) -> None:
    # The held-out residuals are the calibrated ones times the factor, so no chance is involved:
    # what is left is the optimiser's tolerance and the table's interpolation.
    names = ["total: all"] * 5000
    found = scalar(measured(residuals()), factor * residuals(), names, np.ones(5000))
    assert found == pytest.approx(factor, abs=2e-3)


def test_rows_of_no_weight_say_nothing() -> None:
    held_out = np.concatenate([0.8 * residuals(), 5 * residuals()])
    weights = np.repeat([1.0, 0.0], 5000)
    found = scalar(measured(residuals()), held_out, ["total: all"] * 10_000, weights)
    assert found == pytest.approx(0.8, abs=2e-3)


def test_each_row_is_judged_by_the_table_of_its_own_group() -> None:
    # One group three times as wide as the other, both held out at 0.9 of their own width.
    own = residuals()
    both, names = np.concatenate([own, 3 * own]), ["a"] * 5000 + ["b"] * 5000
    calibration = Calibration.measure(both, np.ones(10_000), np.full(10_000, 1e6), names)
    found = scalar(calibration, 0.9 * both, names, np.ones(10_000))
    assert found == pytest.approx(0.9, abs=2e-3)


def test_the_factor_stays_between_a_half_and_one_and_a_half() -> None:
    names, ones = ["total: all"] * 5000, np.ones(5000)
    assert scalar(measured(residuals()), 9 * residuals(), names, ones) == pytest.approx(1.5, 1e-3)
    assert scalar(measured(residuals()), residuals() / 9, names, ones) == pytest.approx(0.5, 1e-3)


def test_a_factor_of_few_records_is_drawn_to_the_usual_one() -> None:
    assert steadied(1.2, 0.0) == USUAL
    assert steadied(1.2, 1e9) == pytest.approx(1.2)
    assert USUAL < steadied(1.2, 500.0) < steadied(1.2, 5000.0) < 1.2


def test_residuals_shrink_with_what_is_learned_and_only_by_how_much_more_it_is() -> None:
    assert narrowing(500, 500) == 1
    assert 0.9 < narrowing(500, 1000) < 1
    assert narrowing(500, 1000) == narrowing(5, 10)
    assert narrowing(500, 2000) == pytest.approx(narrowing(500, 1000) ** 2)
    assert narrowing(FEW - 500, FEW - 1) < 1
    assert narrowing(FEW // 2, FEW) == 1
