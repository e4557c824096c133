import numpy as np
import pytest

from tests.conftest import SMALL
from tests.records import make_records
from training.fit import steps
from training.median_check import check, printed, table


def test_the_share_of_known_medians_inside_is_told_by_fifths_of_the_width() -> None:
    error = np.repeat([0.1, 0.2, 0.3, 0.4, 0.5], 100)
    off = np.where(np.arange(500) % 10 == 0, 2.0, 0.0)
    found = table(off, error)
    assert found["fifth"].to_list() == ["all", *(f"{n} of 5" for n in range(1, 6))]
    assert found["people"].to_list() == [500, 100, 100, 100, 100, 100]
    np.testing.assert_allclose(found["measured"], 0.9)
    assert found["half_width"].to_list()[1:] == sorted(found["half_width"].to_list()[1:])


def test_a_table_says_what_is_stated_beside_what_was_measured() -> None:
    said = printed(table(np.zeros(50), np.full(50, 0.1)))
    assert "| all | 50 | 95% | 100.0% | 0.196 |" in said


def test_known_medians_lie_in_their_interval_as_often_as_it_says() -> None:
    told: list[str] = []
    shares = [
        check(make_records(2500, seed=seed), SMALL, told.append)["measured"][0] for seed in range(4)
    ]
    assert len(told) == 8 * steps(SMALL)
    # Three points are promised. What one fit errs in is shared by many people: shares of single
    # fits have a standard deviation of 0.023 (over eight seeds), the mean of four half of that.
    assert np.mean(shares) == pytest.approx(0.95, abs=0.03)
