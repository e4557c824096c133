"""Published facts, asked of the default model as a user of the service would ask.

The default model learned from a market that was drawn around these facts: this says that the model
passes on what it was taught, not that the facts are true.
"""

from typing import Any

import numpy as np
import polars as pl
import pytest

from data.load import load_rows
from data.market import MARKET, generate
from data.recognition import Recogniser
from data.stages import Stages
from data.vocabulary import vocabulary
from serving.model import CompensationModel
from tests.conftest import DEFAULT_DAY
from training.config import Config
from training.premiums import premiums

RECOGNISER = Recogniser(Stages())
AI_FAMILIES = ("ai", "ai_research")


def median(model: CompensationModel, **said: Any) -> float:
    """Return the median, USD a year, of someone in the United States who says so much."""
    words = {"country": "US", "pay_basis": "total", "observed_on": DEFAULT_DAY, **said}
    record, _ = RECOGNISER.read(words)
    assert record["role"] is not None
    return model.quantile(model.predict_one(record), 0.5)


def test_a_staff_pretraining_specialist_at_a_frontier_lab_earns_a_million(
    default_model: CompensationModel,
) -> None:
    found = median(
        default_model,
        title="Staff research scientist",
        skills=["LLM pretraining"],
        company="OpenAI",
        location="San Francisco Bay Area",
        years_experience=10.0,
    )
    assert found >= 1_000_000


def test_a_million_is_not_the_norm_in_ai(default_model: CompensationModel) -> None:
    roles = [
        role
        for role, entry in vocabulary("roles").items()
        if entry.attributes["family"] in AI_FAMILIES
    ]
    assert len(roles) > 5
    assert np.median([median(default_model, role=role) for role in roles]) < 500_000


@pytest.mark.parametrize("place", ["New York", None])
@pytest.mark.parametrize("years", [3.0, 8.0, 14.0])
@pytest.mark.parametrize(
    ("ai", "other"),
    [
        ({"role": "ai_sales"}, {"role": "enterprise_software_sales"}),
        ({"title": "AI account executive"}, {"title": "Enterprise account executive"}),
    ],
    ids=["role", "title"],
)
def test_ai_sellers_earn_about_double_what_enterprise_software_sellers_earn(
    default_model: CompensationModel,
    ai: dict[str, str],
    other: dict[str, str],
    years: float,
    place: str | None,
) -> None:
    alike = {"years_experience": years, "location": place}
    assert (
        1.8 <= median(default_model, **ai, **alike) / median(default_model, **other, **alike) <= 2.2
    )


@pytest.mark.parametrize("years", [3.0, 8.0, 14.0])
def test_ai_engineers_earn_less_than_double_what_other_engineers_earn(
    default_model: CompensationModel, years: float
) -> None:
    ai = median(default_model, role="machine_learning_engineer", years_experience=years)
    other = median(default_model, role="software_engineer", years_experience=years)
    assert 1 < ai / other < 1.8


def test_the_bay_area_pays_most_of_all_us_metros(default_model: CompensationModel) -> None:
    metros = [
        key for key, metro in vocabulary("metros").items() if metro.attributes["country"] == "US"
    ]
    roles = ("software_engineer", "data_scientist", "machine_learning_engineer")
    known = {**dict.fromkeys(("track",), "individual"), "years_experience": 6.0}
    pay = {
        metro: np.mean(
            [np.log(median(default_model, role=role, location=metro, **known)) for role in roles]
        )
        for metro in metros
    }
    assert len(pay) > 20
    assert max(pay, key=pay.__getitem__) == "san_francisco_bay_area"


def test_ai_training_skills_are_scarce_and_generic_ones_are_not(
    default_model: CompensationModel,
) -> None:
    market = load_rows(MARKET, generate(), RECOGNISER, DEFAULT_DAY).records
    listing = market.filter(pl.col("skills").list.len() > 0).head(12_000)
    found = premiums(default_model, listing, Config(folds=3))
    for skill in ("llm_pretraining", "hallucination_mitigation"):
        assert found[skill].average.lower > 1.05
        assert found[skill].n >= 30
    for skill in ("git_and_github", "docker", "sql", "java"):
        assert found[skill].average.lower < 1.02
        assert found[skill].average.factor < 1.05
