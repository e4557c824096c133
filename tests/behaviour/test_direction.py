"""More experience and more seniority never lower a prediction, whoever asks."""

import numpy as np
import polars as pl
import pytest

from data.vocabulary import vocabulary
from serving.model import CompensationModel
from tests.behaviour.people import random_people

PEOPLE = random_people(400)
YEARS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 9.0, 10.0, 12.0, 14.0, 15.0, 16.0, 20.0, 40.0, 70.0)
RANKS = {name: entry.attributes["rank"] for name, entry in vocabulary("seniorities").items()}
SENIORITIES = tuple(sorted(RANKS, key=lambda name: float(RANKS[name])))
RISING = pytest.mark.parametrize(
    ("field", "values"), [("years_experience", YEARS), ("seniority", SENIORITIES)]
)


def falls(found: list[np.ndarray]) -> int:
    """Return how often a person's number falls from one value of the field to the next."""
    return int((np.diff(np.array(found), axis=0) < 0).sum())


@RISING
def test_the_location_never_falls(
    model: CompensationModel, field: str, values: tuple[float | str, ...]
) -> None:
    asked = [PEOPLE.with_columns(pl.lit(value).alias(field)) for value in values]
    assert falls([model.predict(each, ()).location for each in asked]) == 0


@RISING
def test_the_median_never_falls(
    model: CompensationModel, field: str, values: tuple[float | str, ...]
) -> None:
    asked = [PEOPLE.with_columns(pl.lit(value).alias(field)) for value in values]
    assert falls([model.predict(each, ()).median for each in asked]) == 0


@RISING
def test_somebody_gains(
    model: CompensationModel, field: str, values: tuple[float | str, ...]
) -> None:
    """A model that hears nothing would keep every promise."""
    ends = (PEOPLE.with_columns(pl.lit(value).alias(field)) for value in (values[0], values[-1]))
    low, high = (model.predict(each, ()).median for each in ends)
    assert np.median(high / low) > 1.1


def test_seniorities_of_one_rank_are_paid_alike(model: CompensationModel) -> None:
    for rank in set(RANKS.values()):
        same = [name for name in SENIORITIES if RANKS[name] == rank]
        asked = [PEOPLE.with_columns(pl.lit(name).alias("seniority")) for name in same]
        first, *others = (model.predict(each, ()).median for each in asked)
        for other in others:
            np.testing.assert_array_equal(first, other)


@pytest.mark.parametrize(("field", "values"), [("years_experience", YEARS), ("seniority", None)])
def test_ten_thousand_random_pairs_never_fall(
    default_model: CompensationModel, field: str, values: tuple[float, ...] | None
) -> None:
    rng = np.random.default_rng(3)
    people = random_people(10_000, seed=3)
    drawn = np.sort(rng.uniform(0, 45, (people.height, 2)), axis=1)
    if values is None:
        places = np.sort(rng.integers(0, len(SENIORITIES), (people.height, 2)), axis=1)
        drawn = np.array(SENIORITIES)[places]
    low, high = (
        default_model.predict(people.with_columns(pl.Series(field, of)), ()).median
        for of in drawn.T
    )
    assert (high < low).sum() == 0
    assert (high > low).mean() > 0.5
