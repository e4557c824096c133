import math

import pytest

from serving.premiums import Premium, Ratio, read_premiums


def test_a_ratio_has_its_factor_in_the_geometric_middle_of_its_interval() -> None:
    ratio = Ratio.of(math.log(1.2), 0.05)
    assert ratio.factor == pytest.approx(1.2)
    assert ratio.lower * ratio.upper == pytest.approx(1.2**2)
    assert math.log(ratio.upper / ratio.factor) == pytest.approx(1.96 * 0.05, rel=1e-3)


@pytest.mark.parametrize(
    ("log_factor", "error", "shown"),
    [
        (0.1, 0.02, True),
        (-0.1, 0.02, True),
        (0.1, 0.06, False),
        (0.0, 0.0, False),
    ],
)
def test_a_difference_is_shown_where_the_interval_holds_no_1(
    log_factor: float, error: float, shown: bool
) -> None:
    assert Ratio.of(log_factor, error).shown is shown


def test_a_model_that_strays_from_what_was_measured_is_told_with_less_certainty() -> None:
    near = Premium(100, 0.10, 0.02, 0.10).what_if(0.1)
    far = Premium(100, 0.10, 0.02, 0.02).what_if(0.1)
    assert near.shown
    assert far.lower < near.lower < near.upper < far.upper
    # What was measured lies inside what is told of a person of whom the model says its mean.
    told = Premium(100, 0.10, 0.02, 0.02).what_if(0.02)
    assert told.lower < math.exp(0.10) < told.upper


def test_premiums_come_back_from_plain_json() -> None:
    state = {"go": {"n": 40, "measured": 0.1, "error": 0.02, "modelled": 0.05}}
    assert read_premiums(state) == {"go": Premium(40, 0.1, 0.02, 0.05)}
