"""Every sentence that says why an answer is weak is of a kind."""

from datetime import date

import pytest

from data.recognition import Recogniser
from data.stages import Stages
from serving.model import CompensationModel
from serving.observe.doubts import KINDS, OTHER, OUTSIDE, kind_of
from serving.support import Said
from serving.telling import recalibrated, reliability

ASKED = (
    {"title": "Senior data scientist", "country": "LI", "years_experience": 60.0},
    {"title": "Head of data", "country": "US", "company_stage": "pre_seed", "location": "Zork"},
    {"role": "data_scientist", "title": "Product manager", "country": "US", "location": "Vermont"},
    {"title": "Data scientist", "skills": ["Rust"], "specialisation": None, "company": "Nobody"},
)


@pytest.fixture
def reasons(model: CompensationModel) -> list[str]:
    recogniser = Recogniser(Stages())
    found = []
    for words in ASKED:
        for day in (date(1999, 1, 1), date(2030, 1, 1)):
            record, heard = recogniser.read({**words, "observed_on": day, "pay_basis": "total"})
            said = Said(0.5, 1e9)
            found += reliability(record, heard, day, model, 1.1, said).reasons
    return found


def test_every_reason_a_model_gives_is_of_a_kind(reasons: list[str]) -> None:
    assert [reason for reason in reasons if kind_of(reason) == OTHER] == []
    assert len({kind_of(reason) for reason in reasons}) > 8


def test_a_calibration_set_later_is_a_kind_too() -> None:
    told = {"outcomes": 5, "observed_from": "2026-01-01", "observed_to": "2026-02-01"}
    assert kind_of(recalibrated(told)) == "recalibrated"


def test_what_nobody_knows_is_other() -> None:
    assert kind_of("the moon is full") == OTHER


def test_what_reaches_outside_is_among_the_kinds() -> None:
    assert set(KINDS.values()) > OUTSIDE
