import numpy as np
import pytest
from sklearn.metrics import mean_pinball_loss

from training.metrics import (
    LEVELS,
    coverage,
    interval_score,
    mean_width,
    median_absolute_percentage_error,
    pinball_loss,
)

PAY = np.array([1.0, 2.0, 3.0, 4.0])
LOWER = np.array([0.0, 2.5, 3.0, 1.0])
UPPER = np.array([2.0, 3.5, 3.0, 3.0])
"""Inside, below by 0.5, on a point, above by 1; the widths are 2, 1, 0 and 2."""


def test_the_levels_are_the_19_from_5_to_95_percent() -> None:
    assert len(LEVELS) == 19
    assert LEVELS[0] == 0.05
    assert LEVELS[9] == 0.5
    assert LEVELS[-1] == 0.95


@pytest.mark.parametrize(
    ("pay", "quantile", "level", "loss"),
    [(3.0, 1.0, 0.9, 1.8), (1.0, 3.0, 0.9, 0.2), (1.0, 3.0, 0.1, 1.8), (2.0, 2.0, 0.3, 0.0)],
)
def test_missing_on_the_unlikely_side_costs_more(
    pay: float, quantile: float, level: float, loss: float
) -> None:
    found = pinball_loss(np.array([pay]), np.array([[quantile]]), [level])
    assert found == pytest.approx(loss)


def test_the_pinball_loss_is_scikit_learns_averaged_over_the_levels() -> None:
    rng = np.random.default_rng(0)
    pay, quantiles = rng.normal(12, 0.5, 300), rng.normal(12, 0.5, (300, 19))
    each = [
        mean_pinball_loss(pay, quantiles[:, place], alpha=level)
        for place, level in enumerate(LEVELS)
    ]
    assert pinball_loss(pay, quantiles, LEVELS) == pytest.approx(float(np.mean(each)))


def test_coverage_counts_both_ends_as_inside() -> None:
    assert coverage(PAY, LOWER, UPPER) == 0.5
    assert coverage(PAY, PAY, PAY) == 1.0
    assert coverage(PAY, PAY + 0.1, PAY + 1) == 0.0


def test_the_interval_score_is_width_plus_the_stated_penalty_for_a_miss() -> None:
    # Widths 2, 1, 0, 2; distances 0.5 and 1, times 2 / (1 - 0.8) = 10.
    assert interval_score(PAY, LOWER, UPPER, 0.8) == pytest.approx((2 + (1 + 5) + 0 + (2 + 10)) / 4)
    assert interval_score(PAY, LOWER, UPPER, 0.9) == pytest.approx((2 + (1 + 10) + (2 + 20)) / 4)


def test_the_interval_score_is_least_for_the_true_interval() -> None:
    pay = np.random.default_rng(0).normal(size=100_000)
    true = 1.2815515655446004  # the normal's 90 % quantile
    scores = [
        interval_score(pay, np.full_like(pay, -reach), np.full_like(pay, reach), 0.8)
        for reach in (0.8 * true, true, 1.2 * true)
    ]
    assert min(scores) == scores[1]


def test_the_mean_width_is_that_of_the_intervals() -> None:
    assert mean_width(LOWER, UPPER) == pytest.approx(1.25)


def test_the_percentage_error_is_a_share_of_the_actual_pay() -> None:
    actual, predicted = np.array([100.0, 100.0, 200.0]), np.array([110.0, 50.0, 210.0])
    found = median_absolute_percentage_error(np.log(actual), np.log(predicted))
    assert found == pytest.approx(0.1)
