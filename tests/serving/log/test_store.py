"""The database beside other processes that use the same file."""

import subprocess
import sys
from contextlib import ExitStack

from serving.log.address import Address
from serving.log.store import Store
from tests.serving.log.notes import make_entries

COUNT = (
    "import sqlite3, sys; log = sqlite3.connect(sys.argv[1]); "
    "print(log.execute('select count(*) from log_entries').fetchone()[0]); log.close()"
)


def counted_elsewhere(address: Address) -> int:
    """How many entries another process finds, which comes and goes."""
    words = [sys.executable, "-c", COUNT, str(address.path)]
    return int(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def test_what_is_written_is_seen_by_others_also_after_a_second_connection(sqlite: Address) -> None:
    store = Store(sqlite, create=True)
    with store.writing() as chain:
        chain.append(make_entries(1))
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(store.reading())
    assert counted_elsewhere(sqlite) == 1
    with store.writing() as chain:
        chain.append(make_entries(1))
    assert counted_elsewhere(sqlite) == 2
    store.close()
