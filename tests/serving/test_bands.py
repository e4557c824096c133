import numpy as np
import polars as pl
import pytest

from serving.bands import EXPERIENCE, FIFTHS, experience_band, experience_bands, fifths


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (0.0, "0-2 years"),
        (1.9, "0-2 years"),
        (2.0, "2-5 years"),
        (9.9, "5-10 years"),
        (15.0, "15+ years"),
        (40.0, "15+ years"),
        (None, None),
    ],
)
def test_experience_is_in_the_same_band_alone_and_among_others(
    years: float | None, band: str | None
) -> None:
    assert experience_band(years) == band
    assert experience_bands(pl.Series([years, 3.0], dtype=pl.Float64)) == [band, "2-5 years"]


def test_every_band_of_experience_is_reached() -> None:
    found = experience_bands(pl.Series([None, 1.0, 3.0, 7.0, 12.0, 20.0]))
    assert tuple(found) == EXPERIENCE


def test_a_fifth_of_what_is_predicted_is_in_each_fifth() -> None:
    found = fifths(np.random.default_rng(0).permutation(1000) / 1000)
    assert [found.count(name) for name in FIFTHS] == [200] * 5


def test_equal_predictions_are_in_one_band_and_no_predictions_in_none() -> None:
    assert len(set(fifths(np.ones(7)))) == 1
    assert fifths(np.array([])) == []
