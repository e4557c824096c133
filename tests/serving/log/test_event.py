import base64
from datetime import date

import numpy as np
import orjson
from hypothesis import given
from hypothesis import strategies as st

from data.topics import Word
from serving.api.premium_answer import SkillPremium, SkillPremiums
from serving.api.request import PredictionRequest
from serving.log.event import FREE, line
from tests.serving.log.notes import ROW, make_note, told
from tests.serving.web.fake import TOLD

SECRETS = {
    "title": "Jane Roe's assistant",
    "specialisation": "jane's field",
    "company": "Roe & Daughters",
    "company_level": "Roe 7",
    "locality": "12 Roe Street",
}


def test_an_event_says_who_when_what_and_with_which_model() -> None:
    event = told(make_note("a" * 32, at_ns=1_700_000_000_123_456_789))
    assert event["id"] == "a" * 32
    assert event["at"] == "2023-11-14T22:13:20.123456Z"
    assert (event["tenant"], event["client"], event["model"]) == ("acme", "payroll", "3")
    assert event["latency_us"] == 250
    assert len(event["vocabulary"]) == 64
    assert event["question"] == {
        "currency": "USD",
        "usd_rate": 1.0,
        "pay_basis": "total",
        "as_of": "2026-11-20",
        "coverage": 0.8,
        "percentiles": [10, 25, 50, 75, 90],
    }


def test_inputs_are_kept_as_ids_numbers_and_encoded() -> None:
    event = told(make_note())
    assert event["inputs"]["role"] == "data_scientist"
    assert event["inputs"]["skills"] == ["python"]
    assert event["inputs"]["years_experience"] == 6.0
    assert np.frombuffer(base64.b64decode(event["row"]), np.float32).tolist() == ROW.tolist()
    assert event["unknown"] == ["skills"]


def test_no_free_text_of_the_request_is_kept() -> None:
    assert set(SECRETS) == set(FREE)
    note = make_note()
    heard = tuple(Word(field, text, None, 0.0) for field, text in SECRETS.items())
    note.answer.reliability.reasons.extend(  # type: ignore[union-attr]
        [
            f"title {SECRETS['title']!r} was not recognised and is left out",
            f"company {SECRETS['company']} was never seen in training",
        ]
    )
    written = line(
        note._replace(heard=heard, record={**note.record, **SECRETS, "role": None})
    ).decode()
    assert "was not recognised" in written
    assert "was never seen" in written
    assert not any(text in written for text in (*SECRETS.values(), "Roe", "weaving", "at home"))


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_whatever_the_words_are_the_event_is_one_line(text: str) -> None:
    request = PredictionRequest.model_validate({"title": "Data scientist"})
    note = make_note(company=text, title=text)._replace(request=request)
    written = line(note)
    assert b"\n" not in written
    assert orjson.loads(written)["kind"] == "prediction"


def test_a_skill_premium_is_kept_without_the_words_given() -> None:
    skill = SkillPremium(
        given="secret weaving",
        skill="python",
        median_with=2,
        median_without=1,
        factor=2.0,
        interval=None,
        n=None,
        shown=False,
        on_average=None,
        told="python: too few",
    )
    answer = SkillPremiums(
        id="b" * 32, currency="USD", pay_basis="total", skills=[skill], association="", model=TOLD
    )
    note = make_note()._replace(kind="skill_premium", answer=answer, row=None)
    event = told(note)
    assert event["output"]["skills"][0]["skill"] == "python"
    assert "secret" not in line(note).decode()
    assert event["row"] is None


def test_an_empty_number_is_left_out_and_a_day_is_written_as_one() -> None:
    event = told(make_note(years_experience=None, observed_on=date(2026, 1, 2)))
    assert "years_experience" not in event["inputs"]
    assert event["inputs"]["observed_on"] == event["question"]["as_of"] == "2026-01-02"
