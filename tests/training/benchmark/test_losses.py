import pytest

from training.benchmark.losses import off

FEW = 1000


@pytest.mark.parametrize(
    ("covered", "rows", "later", "is_off"),
    [
        (0.811, 30_000, False, False),
        (0.813, 30_000, False, True),
        (0.787, 30_000, False, True),
        # One point and two standard errors of 1,000 rows: 1 + 2 * 1.26 points.
        (0.834, FEW, False, False),
        (0.836, FEW, False, True),
        (0.772, 30_000, True, False),
        (0.768, 30_000, True, True),
        (0.850, 30_000, True, False),
    ],
)
def test_coverage_is_off_beyond_what_is_allowed(
    covered: float, rows: int, later: bool, is_off: bool
) -> None:
    assert off(covered, 0.8, rows, later=later) == is_off
