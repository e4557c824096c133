import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.certainty import Certainty

KNOWN = Certainty([0.05, 0.1, 0.4], [0.1, 0.12, 0.4])


@given(st.floats(1e-4, 10), st.floats(1e-4, 10))
def test_more_disagreement_never_means_less_error(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert KNOWN.error(low) <= KNOWN.error(high) * (1 + 1e-12)


def test_between_bands_errors_lie_on_a_line_and_beyond_them_the_ratio_stays() -> None:
    assert KNOWN.error(0.075) == pytest.approx(0.11)
    assert KNOWN.error(0.1) == pytest.approx(0.12)
    assert KNOWN.error(0.025) == pytest.approx(0.05)
    assert KNOWN.error(0.8) == pytest.approx(0.8)


def test_a_model_that_was_not_checked_takes_a_disagreement_at_its_word() -> None:
    for spread in (0.01, 1.0, 3.0):
        assert Certainty.plain().error(spread) == pytest.approx(spread)


def test_the_interval_holds_the_median_in_its_geometric_middle() -> None:
    low, high = KNOWN.interval(math.log(200_000), 0.1)
    assert math.sqrt(low * high) == pytest.approx(200_000)
    assert math.log(high / low) == pytest.approx(2 * 1.96 * 0.1, rel=1e-4)
