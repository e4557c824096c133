import numpy as np
import pytest

from serving.certainty import NORMAL_95
from serving.model import CompensationModel
from tests.records import make_records
from training.certainty import AIMED, BANDS, banded, simulated


def test_each_band_gets_the_error_that_covers_what_is_aimed_at() -> None:
    rng = np.random.default_rng(0)
    spread = rng.uniform(0.02, 0.2, 50_000)
    off = np.abs(rng.normal(size=50_000)) * (0.03 + 1.5 * spread)
    found = banded(off, spread)
    assert len(found.spreads) == BANDS
    covered = off <= NORMAL_95 * np.array([found.error(float(each)) for each in spread])
    # Binomial error 0.1 %; within a band the ratio is taken for constant.
    assert covered.mean() == pytest.approx(AIMED, abs=0.01)
    for low, high in ((0.02, 0.06), (0.06, 0.12), (0.12, 0.2)):
        own = (spread > low) & (spread <= high)
        assert covered[own].mean() == pytest.approx(AIMED, abs=0.025)


def test_errors_never_fall_with_the_disagreement() -> None:
    rng = np.random.default_rng(1)
    spread = rng.uniform(0.02, 0.2, 500)
    found = banded(np.abs(rng.normal(size=500)) / (1 + 50 * spread), spread)
    assert list(found.errors) == sorted(found.errors)


def test_equal_disagreements_make_one_band() -> None:
    found = banded(np.full(100, 0.2), np.full(100, 0.1))
    assert list(found.spreads) == [0.1]
    assert found.error(0.1) == pytest.approx(0.2 / NORMAL_95)


def test_pay_is_drawn_around_the_known_median(model: CompensationModel) -> None:
    records = make_records(4000, seed=3)
    drawn = simulated(model, records, np.random.default_rng(0).random(4000))
    np.testing.assert_array_equal(drawn.log_median, model.predict(records, ()).location)
    # Four binomial standard errors.
    assert (drawn.log_pay < drawn.log_median).mean() == pytest.approx(0.5, abs=4 * 0.5 / 63)
