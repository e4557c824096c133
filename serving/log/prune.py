"""Retention: the oldest entries go, and the chain stays one that can be verified."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import orjson
from sqlalchemy import delete, func, select

from serving.log.chain import Entry
from serving.log.event import written
from serving.log.store import Store
from serving.log.tables import ENTRIES, OUTCOMES

PRUNE = "prune"
"""The kind of entry that tells of a prune: itself in the chain, it keeps the hash at the cut."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEARS = 4.0
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a prune removed: ``entries`` up to the place ``until``; none leaves both 0."""

    entries: int
    until: int


def prune(store: Store, before: datetime) -> Pruned:
    """Remove the entries older than ``before`` from the beginning of the chain.

    Only a beginning can go: an old entry that came late, after younger ones, goes with those.

    Args:
        store: The log.
        before: With its time zone.

    Raises:
        LogError: The database is out of reach.
    """
    limit = written((before - EPOCH) // timedelta(microseconds=1) * 1000)
    with store.writing() as chain:
        kept = chain.first_since(limit)
        until = chain.seq if kept is None else kept - 1
        old = ENTRIES.c.seq <= until
        entries = chain.connection.scalar(select(func.count()).where(old)) or 0
        if not entries:
            return Pruned(0, 0)
        cut = chain.connection.scalar(select(ENTRIES.c.hash).where(ENTRIES.c.seq == until))
        told = {
            "id": uuid4().hex,
            "kind": PRUNE,
            "at": written(),
            "tenant": "",
            "before": limit,
            "until": until,
            "hash": cut,
            "entries": entries,
        }
        chain.append([Entry.of(orjson.dumps(told))])
        chain.connection.execute(delete(ENTRIES).where(old))
        chain.connection.execute(delete(OUTCOMES).where(OUTCOMES.c.seq <= until))
    return Pruned(entries, until)
