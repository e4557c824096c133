"""One decision as it is kept: what was understood, asked and answered, and no free text.

The request path makes a ``Note`` of objects that it has at hand; the writer's thread turns it into
a line of JSON.
"""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple

import numpy as np
import orjson

from data.money import Rate
from data.topics import Word
from data.vocabulary import digest
from serving.api.answer import Prediction
from serving.api.caller import Caller
from serving.api.premium_answer import SkillPremiums
from serving.api.request import PredictionRequest
from serving.telling import misunderstood

FORMAT = 1
"""Raised when a field changes its meaning; older events stay readable."""

Kind = Literal["prediction", "skill_premium"]

INPUTS = (
    "role",
    "seniority",
    "track",
    "skills",
    "company_stage",
    "stage_inferred",
    "company_size",
    "industry",
    "country",
    "region",
    "metro",
    "remote_share",
    "years_experience",
    "years_at_company",
    "education",
    "employment_type",
    "observed_on",
    "pay_basis",
)
"""Inputs that are kept: ids of vocabularies, numbers and the day."""

FREE = ("title", "specialisation", "company", "company_level", "locality")
"""Inputs that are free text: never kept as such. What the model made of them is in ``row``."""

ANSWERED = ("median", "percentiles", "range", "median_interval", "components", "component_ranges")
"""Fields of a prediction that are kept; ``recognised`` repeats free text, ``factors`` follow."""

PLACES = {"location": "metro"}
"""Words of a record that a request calls otherwise."""

HIDDEN = "…"


class Note(NamedTuple):
    """What the request path hands over of one answer.

    Attributes:
        kind: What was asked.
        id: Of the answer.
        at_ns: When, nanoseconds since 1970.
        latency_ns: How long the answer took.
        caller: Who asked.
        version: The model's.
        request: What was asked for.
        rate: What turned USD into the answer's currency.
        record: The inputs as understood.
        heard: The words, and what each was taken for.
        answer: What was answered.
        row: The encoded inputs, float32, from which the answer can be explained; None where they
            are not to be kept.
        group: The calibration group.
    """

    kind: Kind
    id: str
    at_ns: int
    latency_ns: int
    caller: Caller
    version: str
    request: PredictionRequest
    rate: Rate
    record: Mapping[str, Any]
    heard: tuple[Word, ...]
    answer: Prediction | SkillPremiums
    row: np.ndarray | None
    group: str | None


def line(note: Note) -> bytes:
    """Return the event of ``note`` as one line of JSON, without its end."""
    return orjson.dumps(of_person(note))


def head(name: str, kind: str, at_ns: int, caller: Caller, version: str) -> dict[str, Any]:
    """Return what every event begins with.

    Args:
        name: Id of the event.
        kind: What was answered.
        at_ns: When, nanoseconds since 1970.
        caller: Who asked.
        version: The model's.
    """
    return {
        "format": FORMAT,
        "id": name,
        "kind": kind,
        "at": written(at_ns),
        "tenant": caller.tenant,
        "client": caller.client,
        "model": version,
        "vocabulary": digest(),
    }


def of_person(note: Note) -> dict[str, Any]:
    """Return the event of an answer about one person."""
    record, request = note.record, note.request
    return {
        **head(note.id, note.kind, note.at_ns, note.caller, note.version),
        "inputs": {name: record[name] for name in INPUTS if record.get(name) is not None},
        "unknown": sorted(
            {PLACES.get(word.field, word.field) for word in note.heard if word.id is None}
        ),
        "question": {
            "currency": request.currency,
            "usd_rate": note.rate.usd,
            "pay_basis": request.pay_basis,
            "as_of": record["observed_on"],
            "coverage": request.coverage,
            "percentiles": request.percentiles,
        },
        "output": output(note),
        "row": None if note.row is None else encoded(note.row),
        "group": note.group,
        "latency_us": note.latency_ns // 1000,
    }


def encoded(row: np.ndarray) -> str:
    """Return an encoded record, float32, shape (columns,), as it is kept."""
    return base64.b64encode(np.asarray(row, np.float32).tobytes()).decode()


def output(note: Note) -> dict[str, Any]:
    """Return what was answered, without a word that the caller wrote."""
    answer = note.answer
    if isinstance(answer, SkillPremiums):
        return answer.model_dump(
            include={"skills": True}, exclude={"skills": {"__all__": {"given"}}}
        )
    told = {name: getattr(answer, name) for name in ANSWERED}
    reasons = plain(answer.reliability.reasons, note)
    return told | {
        "reliability": {
            "label": answer.reliability.label,
            "similar_records": answer.reliability.similar_records,
            "reasons": reasons,
        }
    }


def plain(reasons: list[str], note: Note) -> list[str]:
    """Return ``reasons`` without the words that the caller wrote."""
    said = misunderstood(note.record, note.heard)
    masked = tuple(replace(word, given=HIDDEN) for word in note.heard) if said else ()
    quoting = dict(zip(said, misunderstood(note.record, masked), strict=True))
    told = [quoting.get(reason, reason) for reason in reasons]
    if note.record.get("company") is None:
        return told
    company = f"company {note.record['company']} "
    return [
        f"company {HIDDEN} {reason.removeprefix(company)}" if reason.startswith(company) else reason
        for reason in told
    ]


def written(at_ns: int | None = None) -> str:
    """Return a time as it is kept, UTC to the microsecond; now without ``at_ns``.

    >>> written(1_700_000_000_000_001_999)
    '2023-11-14T22:13:20.000001Z'
    """
    if at_ns is None:
        return f"{datetime.now(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    seconds, rest = divmod(at_ns, 10**9)
    # Not by strftime, which writes the year 500 with three digits: later than any of ours.
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{rest // 1000:06d}Z"


def day_of(at: str) -> date:
    """Return the day of a time as it is kept."""
    return date.fromisoformat(at[:10])
