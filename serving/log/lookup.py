"""A prediction found again: what was said, and why, in the words of the model that said it."""

import base64
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import orjson

from data.errors import ArtifactError, LogError, UnknownPredictionError
from data.money import Rate
from serving.api.answer import Factor
from serving.log.journal import Journal
from serving.model import CompensationModel, Prediction
from serving.telling import factors

SETTLE_SECONDS = 2.0
"""How long an event that is still on its way to the store is waited for."""

ELSEWHERE_SECONDS, AGAIN_SECONDS = 0.5, 0.1
"""The same, where it may come from another process."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of the chain: its content, place and hash."""

    content: Mapping[str, Any]
    seq: int
    hash: str


def find(journal: Journal, name: str, tenant: str) -> Found:
    """Return the entry of the prediction ``name`` that ``tenant`` was given.

    Raises:
        UnknownPredictionError: There is none.
        LogError: The database is out of reach.
    """
    found = find_all(journal, [name], tenant)
    if not found:
        raise UnknownPredictionError(
            f"no prediction {name} was given to you; ids are those of the answers, and are "
            "forgotten when their time in the log is over"
        )
    return found[name]


def find_all(journal: Journal, names: Sequence[str], tenant: str) -> dict[str, Found]:
    """Return the entries of those of the predictions ``names`` that ``tenant`` was given, by id.

    Raises:
        LogError: The database is out of reach, or has not yet what was answered before.
    """
    found = _look(journal, names, tenant)
    if len(found) < len(set(names)):
        settled = journal.settle(SETTLE_SECONDS)
        found = _look(journal, names, tenant)
        until = time.monotonic() + ELSEWHERE_SECONDS
        while len(found) < len(set(names)) and not journal.alone and time.monotonic() < until:
            time.sleep(AGAIN_SECONDS)
            found = _look(journal, names, tenant)
        if len(found) < len(set(names)) and not settled:
            raise LogError("entries are still on their way to the log's database; ask again")
    return found


def _look(journal: Journal, names: Sequence[str], tenant: str) -> dict[str, Found]:
    from sqlalchemy import select

    from serving.log.tables import ENTRIES

    asked = select(ENTRIES.c.id, ENTRIES.c.content, ENTRIES.c.seq, ENTRIES.c.hash).where(
        ENTRIES.c.id.in_(names),
        ENTRIES.c.tenant == tenant,
        ENTRIES.c.kind.in_(("prediction", "skill_premium", "file")),
    )
    with journal.opened().reading() as connection:
        rows = connection.execute(asked).all()
    return {row.id: Found(orjson.loads(row.content), row.seq, row.hash) for row in rows}


def why(model: CompensationModel, content: Mapping[str, Any]) -> list[Factor]:
    """Return the factors that multiply to the median of the event ``content``.

    Args:
        model: The version that answered.
        content: An event whose encoded inputs were kept.

    Raises:
        ArtifactError: The model has other columns than the one that answered.
    """
    row = np.frombuffer(base64.b64decode(content["row"]), np.float32)
    if len(row) != len(model.encoder.columns):
        raise ArtifactError(
            f"the event has {len(row)} encoded inputs, the model {len(model.encoder.columns)}: "
            "another model goes by the same version"
        )
    question = content["question"]
    rate = Rate(question["currency"], question["usd_rate"], date.fromisoformat(question["as_of"]))
    known = {**seen(model, row), **content["inputs"]}
    # Only where the person stands in the encoder's columns counts for an explanation.
    asked = Prediction(0.0, 1.0, 1.0, content["group"], row)
    return factors(known, model, asked, rate)


def seen(model: CompensationModel, row: np.ndarray) -> dict[str, str]:
    """Return the words that ``row`` holds as codes, those that the model was taught."""
    places = {column: place for place, column in enumerate(model.encoder.columns)}
    words = {}
    for part in model.encoder.categories:
        code = row[places[part.columns[0]]]
        if len(part.fields) == 1 and not np.isnan(code):
            words[part.fields[0]] = list(part.means)[int(code)]
    return words
