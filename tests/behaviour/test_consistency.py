"""What every answer keeps whoever asks: percentiles in order, parts and factors that add up."""

import math
from datetime import date

import numpy as np
import pytest

from data.money import Rate
from serving.components import Components
from serving.model import CompensationModel
from serving.telling import Money, components
from tests.behaviour.people import random_people

PEOPLE = random_people(1000, seed=2)
LEVELS = tuple(level / 200 for level in range(1, 200))


def test_percentiles_never_cross(model: CompensationModel) -> None:
    quantiles = model.predict(PEOPLE, LEVELS).quantiles
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles > 0).all()


def test_the_median_lies_strictly_inside_the_middle_half(model: CompensationModel) -> None:
    predictions = model.predict(PEOPLE, (0.25, 0.75))
    assert (predictions.quantiles[:, 0] < predictions.median).all()
    assert (predictions.median < predictions.quantiles[:, 1]).all()


def test_base_bonus_and_equity_add_up_to_the_median(model: CompensationModel) -> None:
    predictions = model.predict(PEOPLE, ())
    np.testing.assert_allclose(predictions.components.sum(axis=1), predictions.median, rtol=1e-12)
    assert (predictions.components >= -1e-9 * predictions.median[:, None]).all()


def test_components_come_near_the_known_split(measured_model: CompensationModel) -> None:
    # Everyone's base is 70 % of the total; bonus and equity share the rest one to two.
    predictions = measured_model.predict(PEOPLE, ())
    shares = np.median(predictions.components / predictions.median[:, None], axis=0)
    np.testing.assert_allclose(shares, [0.7, 0.1, 0.2], atol=0.05)


def test_factors_multiply_to_the_median(model: CompensationModel) -> None:
    for record in PEOPLE.head(300).iter_rows(named=True):
        prediction = model.predict_one(record)
        product = math.prod(factor.factor for factor in model.explain(prediction))
        assert product == pytest.approx(model.quantile(prediction, 0.5), rel=1e-9)


def test_ten_thousand_answers_cross_nowhere_and_add_up_to_the_unit(
    default_model: CompensationModel,
) -> None:
    people = random_people(10_000, seed=4)
    predictions = default_model.predict(people, LEVELS)
    assert (np.diff(predictions.quantiles, axis=1) < 0).sum() == 0
    money = Money(Rate("EUR", 1.0837, date(2026, 11, 2)))
    for usd, parts in zip(predictions.median, predictions.components, strict=True):
        median = money(float(usd))
        told = components(Components(*parts.tolist()), median, money)
        assert told is not None
        assert told.base + told.bonus + told.equity == median
