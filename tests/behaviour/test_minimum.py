"""A few people written by hand, of whom anyone can say who is paid more."""

import math
from datetime import date
from typing import Any

import pytest

from data.recognition import Recogniser
from data.stages import Stages
from serving.model import CompensationModel

RECOGNISER = Recogniser(Stages())


def median(model: CompensationModel, title: str, **said: Any) -> float:
    record, _ = RECOGNISER.read({"title": title, "country": "US", "pay_basis": "total", **said})
    return model.quantile(model.predict_one(record), 0.5)


BAY = {"location": "San Francisco, CA"}
AUSTIN = {"location": "Austin, TX"}
PARIS = {"location": "Paris", "country": "FR"}


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (("Staff software engineer", BAY), ("Junior software engineer", BAY)),
        (("Senior data scientist", BAY), ("Senior data scientist", AUSTIN)),
        (("Senior data scientist", AUSTIN), ("Senior data scientist", PARIS)),
        (("Product manager", BAY), ("Software engineer", BAY)),
        (
            ("Data scientist", {**BAY, "years_experience": 14}),
            ("Data scientist", {**BAY, "years_experience": 0}),
        ),
        # A senior one of the dearer place against a staff one of the cheapest.
        (("Senior product manager", BAY), ("Staff software engineer", PARIS)),
    ],
    ids=str,
)
def test_the_better_paid_of_two_is_predicted_more(
    measured_model: CompensationModel,
    more: tuple[str, dict[str, Any]],
    less: tuple[str, dict[str, Any]],
) -> None:
    assert median(measured_model, more[0], **more[1]) > median(measured_model, less[0], **less[1])


def test_known_people_are_predicted_near_the_known_truth(measured_model: CompensationModel) -> None:
    # Data scientist, senior, with 8 years, in San Francisco: 11.3 + 0.1 + 0.2 * 2 + 0.02 * 8; the
    # location is off by 5 % from one person to the next, so three of that.
    record, _ = RECOGNISER.read({"title": "Senior data scientist", "years_experience": 8.0, **BAY})
    record |= {"pay_basis": "total", "company_level": "L5", "observed_on": date(2025, 1, 1)}
    for company, worth in (("Globex", math.exp(11.96)), ("Acme", math.exp(12.06))):
        prediction = measured_model.predict_one({**record, "company": company})
        assert measured_model.quantile(prediction, 0.5) == pytest.approx(worth, rel=0.15)


def test_nobody_is_told_an_absurd_pay(measured_model: CompensationModel) -> None:
    for title in ("Intern", "Chief executive officer", "Head of sales", "Nurse informaticist"):
        for place in (BAY, PARIS, {"country": "IN"}, {}):
            record, _ = RECOGNISER.read(
                {"title": title, "country": "US", "pay_basis": "total", **place}
            )
            prediction = measured_model.predict_one(record)
            lower, upper = measured_model.interval(prediction, 0.9)
            # Far outside what was learned, an answer stays within what was learned.
            assert 15_000 < lower < upper < 800_000
