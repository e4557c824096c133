"""What the decision log holds in the end, beside what was answered."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import orjson
from sqlalchemy import select

from serving.log.address import Address
from serving.log.block import KIND as BLOCK
from serving.log.rows import row_id
from serving.log.store import Store
from serving.log.tables import ENTRIES
from serving.log.verify import verify


@dataclass(frozen=True)
class Ledger:
    """How the log and the answers agree.

    Attributes:
        entries: Predictions in the log, rows of files among them.
        lost: Answers without an entry.
        doubled: Entries that are there more than once.
        unheard: Entries of answers that nobody got.
        broken: What is wrong with the chain; None where it is whole.
    """

    entries: int
    lost: int
    doubled: int
    unheard: int
    broken: str | None

    @property
    def agrees(self) -> bool:
        """Return whether nothing is lost, doubled or changed."""
        return not self.lost and not self.doubled and self.broken is None


def ledger(url: str, answered: Collection[str]) -> Ledger:
    """Return what the log at ``url`` holds of the answers with the ids ``answered``."""
    store = Store(Address.read(url))
    try:
        with store.reading() as connection:
            asked = select(ENTRIES.c.id).where(ENTRIES.c.kind == "prediction")
            found = Counter(connection.execute(asked).scalars())
            blocks = select(ENTRIES.c.content).where(ENTRIES.c.kind == BLOCK)
            for block in map(orjson.loads, connection.execute(blocks).scalars()):
                numbers = range(block["first"], block["first"] + block["rows"])
                found.update(row_id(block["file"], number) for number in numbers)
        broken = verify(store).broken
    finally:
        store.close()
    told = set(answered)
    return Ledger(
        entries=found.total(),
        lost=len(told - found.keys()),
        doubled=sum(n - 1 for n in found.values()),
        unheard=len(found.keys() - told),
        broken=broken,
    )
