"""The chain of entries: each carries the hash of the one before, so that a change shows."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import orjson
from sqlalchemy import Connection, delete, func, insert, select, update

from data.errors import LogError
from serving.log.tables import ENTRIES, GROUPS, HEAD, OUTCOMES

GENESIS = "0" * 64
"""What stands in the first entry for the hash of the one before."""


def link(previous: str, seq: int, content: str) -> str:
    """Return the hash (hex) of the entry ``seq`` after the one whose hash is ``previous``.

    >>> link(GENESIS, 1, "{}")[:12]
    'd9a4a8b3e8d3'
    """
    return hashlib.sha256(f"{previous}\n{seq}\n{content}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry before it has its place: the columns repeat what the content says."""

    id: str
    kind: str
    at: str
    tenant: str
    content: str

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Return the entry whose content is this JSON.

        Raises:
            ValueError: It is no JSON object, or one of ours.
        """
        told = orjson.loads(content)
        try:
            columns = told["id"], told["kind"], told["at"], told["tenant"]
        except (KeyError, TypeError) as error:
            raise ValueError(f"no entry of the log: {error}") from error
        if not all(isinstance(each, str) for each in columns):
            raise ValueError(f"no entry of the log: {columns} are not all text")
        return cls(*columns, content.decode())


class Chain:
    """The chain inside one transaction that holds its end: nobody else appends meanwhile.

    Args:
        connection: In a transaction that may write.

    Raises:
        LogError: The row that holds the end is gone.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        head = connection.execute(select(HEAD.c.seq, HEAD.c.hash).with_for_update()).one_or_none()
        if head is None:
            raise LogError("the log's table log_head is empty; restore the log from a backup")
        self.seq, self.hash = int(head.seq), str(head.hash)

    def append(self, entries: Iterable[Entry]) -> int:
        """Append those of ``entries`` that are not there yet; return how many those were."""
        new = {entry.id: entry for entry in entries}
        if not new:
            return 0
        known = self.connection.scalars(select(ENTRIES.c.id).where(ENTRIES.c.id.in_(list(new))))
        for name in known.all():
            del new[name]
        rows = [self._placed(entry) for entry in new.values()]
        if rows:
            self.connection.execute(insert(ENTRIES), rows)
            self.connection.execute(update(HEAD).values(seq=self.seq, hash=self.hash))
        return len(rows)

    def _placed(self, entry: Entry) -> dict[str, Any]:
        previous, self.seq = self.hash, self.seq + 1
        self.hash = link(previous, self.seq, entry.content)
        return {
            "seq": self.seq,
            "id": entry.id,
            "kind": entry.kind,
            "at": entry.at,
            "tenant": entry.tenant,
            "content": entry.content,
            "previous": previous,
            "hash": self.hash,
        }

    def count_outcome(self, content: Mapping[str, Any]) -> None:
        """Let the outcome just appended be the one that counts for its prediction."""
        row = {
            "prediction": content["prediction"],
            "tenant": content["tenant"],
            "seq": self.seq,
            "stated": content["stated"],
            "inside": int(content["inside"]),
            **{name: content["groups"].get(name) for name in GROUPS},
        }
        same = OUTCOMES.c.prediction == row["prediction"]
        self.connection.execute(delete(OUTCOMES).where(same))
        self.connection.execute(insert(OUTCOMES), [row])

    def first_since(self, at: str) -> int | None:
        """Return the place of the first entry of ``at`` or later; None when all are older."""
        return self.connection.scalar(select(func.min(ENTRIES.c.seq)).where(ENTRIES.c.at >= at))

    def find(self, ids: Sequence[str], tenant: str) -> dict[str, Mapping[str, Any]]:
        """Return the content of the entries ``ids`` that are the tenant's, by id."""
        asked = select(ENTRIES.c.id, ENTRIES.c.content).where(
            ENTRIES.c.id.in_(ids), ENTRIES.c.tenant == tenant
        )
        return {row.id: orjson.loads(row.content) for row in self.connection.execute(asked)}
