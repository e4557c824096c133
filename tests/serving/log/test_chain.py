import threading
from itertools import pairwise

import pytest
from sqlalchemy import delete, select

from data.errors import LogError
from serving.log.chain import GENESIS, Entry, link
from serving.log.store import Store
from serving.log.tables import ENTRIES, HEAD
from tests.serving.log.notes import make_entries


def rows(store: Store) -> list[tuple[int, str, str, str]]:
    columns = (ENTRIES.c.seq, ENTRIES.c.id, ENTRIES.c.previous, ENTRIES.c.hash)
    with store.reading() as connection:
        found = connection.execute(select(*columns).order_by(ENTRIES.c.seq)).all()
    return [(row.seq, row.id, row.previous, row.hash) for row in found]


def test_each_entry_carries_the_hash_of_the_one_before(store: Store) -> None:
    entries = make_entries(3)
    with store.writing() as chain:
        assert chain.append(entries) == 3
    previous = GENESIS
    for (seq, name, before, sha), entry in zip(rows(store), entries, strict=True):
        assert (name, before) == (entry.id, previous)
        assert sha == link(previous, seq, entry.content)
        previous = sha


def test_an_entry_that_is_sent_again_is_kept_once(store: Store) -> None:
    first, second, third = make_entries(3)
    with store.writing() as chain:
        chain.append([first, second, first])
    with store.writing() as chain:
        assert chain.append([second, third, first]) == 1
    assert [name for _, name, _, _ in rows(store)] == [first.id, second.id, third.id]


def test_what_failed_leaves_no_trace(store: Store) -> None:
    def fail() -> None:
        with store.writing() as chain:
            chain.append(make_entries(2))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rows(store) == []


def test_writers_at_once_make_one_chain(store: Store) -> None:
    batches = [[make_entries(5) for _ in range(8)] for _ in range(4)]

    def write(own: list[list[Entry]]) -> None:
        for entries in own:
            with store.writing() as chain:
                chain.append(entries)

    threads = [threading.Thread(target=write, args=[own]) for own in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = rows(store)
    assert [seq for seq, *_ in found] == list(range(1, 161))
    assert all(one[3] == two[2] for one, two in pairwise(found))
    place = {name: seq for seq, name, _, _ in found}
    for own in batches:
        order = [place[entry.id] for entries in own for entry in entries]
        assert order == sorted(order)


def test_a_log_without_its_head_is_refused(store: Store) -> None:
    with store.writing() as chain:
        chain.connection.execute(delete(HEAD))
    with pytest.raises(LogError, match="log_head is empty"), store.writing():
        pass


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"1", b'{"id": "a"}'])
def test_what_is_no_entry_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Entry.of(content)
