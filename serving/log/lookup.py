"""A prediction found again: what was said, and why, in the words of the model that said it."""

import base64
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import orjson

from data.errors import ArtifactError, LogError, UnknownPredictionError
from data.money import Rate
from serving.api.answer import Factor
from serving.log.block import KIND as BLOCK
from serving.log.block import answers
from serving.log.journal import Journal
from serving.log.rows import block_id, file_of
from serving.model import CompensationModel
from serving.prediction import Prediction
from serving.telling import factors

SETTLE_SECONDS = 2.0
"""How long an event that is still on its way to the store is waited for."""

ELSEWHERE_SECONDS, AGAIN_SECONDS = 0.5, 0.1
"""The same, where it may come from another process."""

AT_ONCE = 50
"""Entries that are read at once."""


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
        LogError: The database is out of reach, or has not yet what was answered before.
    """
    found = find_all(journal, [name], tenant, encoded_too=True)
    if not found:
        raise UnknownPredictionError(
            f"no prediction {name} was given to you; ids are those of the answers, and are "
            "forgotten when their time in the log is over"
        )
    return found[name]


def find_all(
    journal: Journal, names: Sequence[str], tenant: str, *, encoded_too: bool = False
) -> dict[str, Found]:
    """Return the entries of those of the predictions ``names`` that ``tenant`` was given, by id.

    Of a row of a file the content is that of an entry of its own, and the place that of its block.

    Args:
        journal: The log.
        names: Ids of answers.
        tenant: Whose they are.
        encoded_too: Whether the encoded inputs of rows of files are wanted.

    Raises:
        LogError: The database is out of reach, or has not yet what was answered before.
    """

    def look() -> dict[str, Found]:
        return _look(journal, names, tenant, encoded_too=encoded_too)

    found, all_of_them = look(), len(set(names))
    if len(found) == all_of_them:
        return found
    began = time.monotonic()
    settled = journal.settle(SETTLE_SECONDS)
    while True:
        # Asked before it is looked again: what is delivered meanwhile is found.
        alone, coming = journal.alone, any(journal.holds(file_of(name)) for name in names)
        found, taken = look(), time.monotonic() - began
        if len(found) == all_of_them:
            return found
        if taken > (SETTLE_SECONDS if coming else ELSEWHERE_SECONDS) or (alone and not coming):
            break
        time.sleep(AGAIN_SECONDS)
    if coming or not settled:
        raise LogError("entries are still on their way to the log's database; ask again")
    return found


def _look(
    journal: Journal, names: Sequence[str], tenant: str, *, encoded_too: bool
) -> dict[str, Found]:
    from sqlalchemy import select

    from serving.log.tables import ENTRIES

    numbers: dict[str, list[int]] = {}
    for name in names:
        _, _, number = name.partition(".")
        numbers.setdefault(block_id(name), []).extend([int(number)] if number else [])
    asked = select(ENTRIES.c.id, ENTRIES.c.content, ENTRIES.c.seq, ENTRIES.c.hash).where(
        ENTRIES.c.id.in_(list(numbers)),
        ENTRIES.c.tenant == tenant,
        ENTRIES.c.kind.in_(("prediction", "skill_premium", "file", BLOCK)),
    )
    found: dict[str, Found] = {}
    with journal.opened().reading() as connection:
        # Blocks are large: no more than some of them at once.
        for row in connection.execute(asked, execution_options={"yield_per": AT_ONCE}):
            content = orjson.loads(row.content)
            told: Iterable[tuple[str, Any]] = [(row.id, content)]
            if content["kind"] == BLOCK:
                told = answers(content, numbers[row.id], encoded_too=encoded_too)
            found |= {name: Found(each, row.seq, row.hash) for name, each in told}
    return found


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
