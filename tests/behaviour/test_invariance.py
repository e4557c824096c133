"""What must not matter does not: spelling, order, who one is, what one earns."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.recognition import Recogniser
from data.record import PROTECTED, RECORD_TYPES
from data.stages import Stages
from serving.model import CompensationModel
from tests.records import make_records

RECOGNISER = Recogniser(Stages())
LEVELS = (0.1, 0.5, 0.9)
PERSON: dict[str, Any] = {
    "title": "Senior Data Scientist",
    "skills": ["Python", "SQL"],
    "company": "Acme",
    "company_stage": "series_b",
    "country": "US",
    "location": "San Francisco, CA",
    "years_experience": 6.0,
    "pay_basis": "total",
}


def pay(model: CompensationModel, **said: Any) -> list[float]:
    """Return what ``PERSON`` is told who says some things otherwise."""
    record, _ = RECOGNISER.read({**PERSON, **said})
    prediction = model.predict_one(record)
    return [model.quantile(prediction, level) for level in LEVELS]


@pytest.mark.parametrize(
    "said",
    [
        {"title": "senior data scientist"},
        {"title": "  Senior   Data-Scientist "},
        {"title": "Data Scientist, Senior"},
        {"title": "Sr. Data Scientist"},
        {"skills": ["SQL", "Python"]},
        {"skills": ["python", "sql", "SQL"]},
        {"skills": ["Python", "SQL", "underwater basket weaving"]},
        {"company_stage": "Series B"},
        {"country": "United States"},
        {"country": "usa"},
    ],
    ids=str,
)
def test_another_wording_is_the_same_person(model: CompensationModel, said: dict[str, Any]) -> None:
    assert pay(model, **said) == pay(model)


@pytest.mark.parametrize(
    "said",
    [
        {"title": "Junior Data Scientist"},
        {"title": "Senior Product Manager"},
        {"location": "Austin, TX"},
        {"years_experience": 1.0},
    ],
    ids=str,
)
def test_what_matters_is_heard(model: CompensationModel, said: dict[str, Any]) -> None:
    assert pay(model, **said) != pay(model)


@given(st.permutations(["Python", "SQL", "Docker", "PyTorch", "Rust"]))
@settings(max_examples=25, deadline=None)
def test_the_order_of_skills_never_matters(model: CompensationModel, skills: list[str]) -> None:
    assert pay(model, skills=skills) == pay(model, skills=sorted(skills))


def quantiles(model: CompensationModel, records: pl.DataFrame) -> np.ndarray:
    return model.predict(records, LEVELS).quantiles


RECORDS = make_records(300, seed=11)


@pytest.mark.parametrize("name", PROTECTED)
def test_a_protected_attribute_changes_nothing(model: CompensationModel, name: str) -> None:
    answers = [
        quantiles(model, RECORDS.with_columns(pl.lit(word).alias(name)))
        for word in (None, "one", "other")
    ]
    np.testing.assert_array_equal(answers[0], answers[1])
    np.testing.assert_array_equal(answers[0], answers[2])


AMOUNTS = [
    name
    for name, kind in RECORD_TYPES.items()
    if kind == pl.Float64 and ("usd" in name or name in {"base", "bonus", "equity", "posted_low"})
]


@pytest.mark.parametrize("name", [*AMOUNTS, "total_compensation", "posted_high"])
def test_ones_own_pay_changes_nothing(model: CompensationModel, name: str) -> None:
    raised = RECORDS.with_columns(pl.lit(987_654.0).alias(name))
    np.testing.assert_array_equal(quantiles(model, RECORDS), quantiles(model, raised))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("source", "elsewhere"),
        ("record_id", "x"),
        ("group_id", "x"),
        ("weight", 0.1),
        ("currency", "EUR"),
    ],
)
def test_where_a_record_came_from_changes_nothing(
    model: CompensationModel, name: str, value: str | float
) -> None:
    other = RECORDS.with_columns(pl.lit(value).alias(name))
    np.testing.assert_array_equal(quantiles(model, RECORDS), quantiles(model, other))


def test_asking_twice_gives_the_same_answer(model: CompensationModel) -> None:
    np.testing.assert_array_equal(quantiles(model, RECORDS), quantiles(model, RECORDS))


def test_one_person_is_answered_alone_as_among_many(model: CompensationModel) -> None:
    many = quantiles(model, RECORDS)
    for row, record in enumerate(RECORDS.head(100).iter_rows(named=True)):
        prediction = model.predict_one(record)
        alone = [model.quantile(prediction, level) for level in LEVELS]
        np.testing.assert_allclose(alone, many[row], rtol=1e-12)
