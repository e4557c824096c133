"""Answers as the request path hands them over."""

import time
from datetime import date
from typing import Any
from uuid import uuid4

import numpy as np
import orjson

from data.money import usd_rate
from data.topics import Word
from serving.api.caller import Caller
from serving.api.request import PredictionRequest
from serving.log.chain import Entry
from serving.log.event import Note, line
from tests.serving.web.fake import FakeService

ACME = Caller("acme", "payroll")
ROW = np.arange(4, dtype=np.float32)


def make_note(
    name: str | None = None, caller: Caller = ACME, at_ns: int | None = None, **record: Any
) -> Note:
    """Return a note of one answer; ``record`` changes what was understood."""
    request = PredictionRequest.model_validate(
        {"title": "Data scientist at home", "skills": ["Python", "weaving"]}
    )
    answer = FakeService().predict(request)
    answer.id = name or uuid4().hex
    understood = {
        "role": "data_scientist",
        "seniority": "senior",
        "skills": ["python"],
        "country": "US",
        "years_experience": 6.0,
        "observed_on": date(2026, 11, 20),
        "pay_basis": "total",
        **record,
    }
    return Note(
        kind="prediction",
        id=answer.id,
        at_ns=time.time_ns() if at_ns is None else at_ns,
        latency_ns=250_000,
        caller=caller,
        version="3",
        request=request,
        rate=usd_rate("USD", date(2026, 11, 20)),
        record=understood,
        heard=(Word("skills", "weaving", None, 0.0),),
        answer=answer,
        row=ROW,
        group="total:full",
    )


def make_entries(n: int, caller: Caller = ACME, at_ns: int | None = None) -> list[Entry]:
    return [Entry.of(line(make_note(caller=caller, at_ns=at_ns))) for _ in range(n)]


def told(note: Note) -> dict[str, Any]:
    """Return the event of ``note``, read again."""
    event: dict[str, Any] = orjson.loads(line(note))
    return event
