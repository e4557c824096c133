"""Whether the chain is whole: each entry as it was written, none missing, none out of place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import orjson
from sqlalchemy import Connection, Row, select

from data.errors import LogError
from serving.log.chain import GENESIS, link
from serving.log.prune import PRUNE
from serving.log.store import Store
from serving.log.tables import ENTRIES, HEAD, OUTCOMES

ROWS = 100
"""Entries that are read at once: those of files are large."""
REPEATED = ("id", "kind", "at", "tenant")
"""Columns that repeat what the content says, so that it can be found."""


@dataclass(frozen=True, slots=True)
class Head:
    """An end of the chain as it was once told, to be kept where nobody who can write the log can.

    >>> str(Head.read("7:" + "ab" * 32))[:8]
    '7:ababab'
    """

    seq: int
    hash: str

    @classmethod
    def read(cls, given: str) -> Self:
        """Return the head written as ``SEQ:HASH``.

        Raises:
            LogError: It is not written so.
        """
        seq, _, sha = given.partition(":")
        if not seq.isdecimal() or len(sha) != len(GENESIS):
            raise LogError(f"{given!r} is no head; give SEQ:HASH as paylens-serve log verify says")
        return cls(int(seq), sha)

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes:
        entries: How many entries were read.
        first: Place of the first, 0 without any.
        head: The end of the chain.
        broken: The first thing that is wrong; None for a whole chain.
    """

    entries: int
    first: int
    head: Head
    broken: str | None


def verify(store: Store, kept: Head | None = None) -> Verdict:
    """Return whether the chain of ``store`` is whole.

    Args:
        store: The log.
        kept: An end of the chain that was kept elsewhere: it must still be in it.

    Raises:
        LogError: The database is out of reach.
    """
    with store.reading() as connection:
        walk = _Walk(kept)
        for row in _entries(connection):
            walk.broken = walk.wrong(row)
            if walk.broken:
                break
        found = connection.execute(select(HEAD.c.seq, HEAD.c.hash)).one_or_none()
        head = Head(found.seq, found.hash) if found else Head(0, GENESIS)
        broken = walk.broken or walk.wrong_at_the_ends(head) or _miscounted(connection)
    return Verdict(walk.entries, walk.first.seq if walk.first else 0, head, broken)


class _Walk:
    """Goes along the chain from its first entry."""

    def __init__(self, kept: Head | None) -> None:
        self.entries = 0
        self.first: Row[Any] | None = None
        self.last = Head(0, GENESIS)
        self.broken: str | None = None
        self._kept = kept
        self._cut = Head(0, GENESIS)

    def wrong(self, row: Row[Any]) -> str | None:
        """Return what is wrong with ``row``, the one after the last."""
        if self.first is None:
            self.first, self.last = row, Head(row.seq - 1, row.previous)
        if row.seq != self.last.seq + 1:
            missing = f"entry {self.last.seq + 1}"
            if row.seq > self.last.seq + 2:
                missing = f"entries {self.last.seq + 1} to {row.seq - 1}"
            return f"{missing} missing before entry {row.seq} ({row.id})"
        if row.previous != self.last.hash:
            return f"entry {row.seq} ({row.id}) does not follow the one before it"
        if row.hash != link(row.previous, row.seq, row.content):
            return f"entry {row.seq} ({row.id}) was altered or moved"
        told = orjson.loads(row.content)
        for name in REPEATED:
            if told[name] != getattr(row, name):
                return f"entry {row.seq} ({row.id}): its column {name} was altered"
        if row.kind == PRUNE:
            self._cut = Head(told["until"], told["hash"])
        self.last = Head(row.seq, row.hash)
        self.entries += 1
        if self._kept and self._kept.seq == row.seq and self._kept.hash != row.hash:
            return f"entry {row.seq} ({row.id}) is not the one whose hash was kept: rewritten"
        return None

    def wrong_at_the_ends(self, head: Head) -> str | None:
        """Return what is wrong with the beginning or the end, every entry being well."""
        first = self.first
        if first is not None and Head(first.seq - 1, first.previous) != self._cut:
            return (
                f"the log begins with entry {first.seq}, and no prune says that it should: "
                "entries before it were removed"
            )
        if head != self.last:
            return (
                f"the log ends with entry {self.last.seq}, and its head says {head.seq}: "
                "entries after it were removed or added"
            )
        if self._kept and self._kept.seq > self.last.seq:
            return (
                f"the log ends with entry {self.last.seq}, and entry {self._kept.seq} was kept: "
                "entries were removed"
            )
        return None


def _entries(connection: Connection) -> Iterator[Row[Any]]:
    after = -1
    while True:
        page = connection.execute(
            select(ENTRIES).where(ENTRIES.c.seq > after).order_by(ENTRIES.c.seq).limit(ROWS)
        ).all()
        yield from page
        if len(page) < ROWS:
            return
        after = page[-1].seq


def _miscounted(connection: Connection) -> str | None:
    """Return which outcome is counted otherwise than its entry says."""
    joined = OUTCOMES.outerjoin(ENTRIES, ENTRIES.c.seq == OUTCOMES.c.seq)
    rows = connection.execute(
        select(OUTCOMES, ENTRIES.c.content).select_from(joined).order_by(OUTCOMES.c.seq)
    )
    for row in rows:
        told = orjson.loads(row.content) if row.content else {}
        same = (told.get("prediction"), told.get("inside")) == (row.prediction, bool(row.inside))
        if not same or any(told["groups"].get(k) != getattr(row, k) for k in told["groups"]):
            return f"the outcome of {row.prediction} is counted otherwise than entry {row.seq} says"
    return None
