import hashlib
from collections.abc import Callable

import orjson
import pytest
from sqlalchemy import delete, insert, select, update

from data.errors import LogError
from serving.log.chain import Chain, link
from serving.log.store import Store
from serving.log.tables import ENTRIES, HEAD, OUTCOMES
from serving.log.verify import Head, verify
from tests.serving.log.notes import make_entries

N = 12


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as chain:
        chain.append(make_entries(N))
    return store


def tamper(store: Store, how: Callable[[Chain], object]) -> str:
    """Change the database behind the log's back; return what verify says of it."""
    with store.writing() as chain:
        how(chain)
    broken = verify(store).broken
    assert broken is not None
    return broken


def test_a_whole_chain_is_told_with_its_head(filled: Store) -> None:
    found = verify(filled)
    assert (found.entries, found.first, found.broken) == (N, 1, None)
    assert found.head.seq == N
    assert verify(filled, found.head).broken is None


def test_an_empty_log_is_whole(store: Store) -> None:
    assert verify(store).broken is None


@pytest.mark.parametrize("column", ["content", "hash", "previous", "id", "at", "tenant", "kind"])
def test_an_altered_entry_is_named(filled: Store, column: str) -> None:
    def alter(chain: Chain) -> None:
        row = chain.connection.execute(select(ENTRIES).where(ENTRIES.c.seq == 5)).one()
        value = getattr(row, column).replace("0", "1") + ("" if column == "content" else "x")
        if column == "content":
            value = row.content.replace('"median":', '"median":9')
        changed = update(ENTRIES).where(ENTRIES.c.seq == 5).values({column: value})
        chain.connection.execute(changed)

    assert "entry 5 " in tamper(filled, alter)


def test_an_entry_altered_with_its_own_hash_breaks_the_one_after(filled: Store) -> None:
    def alter(chain: Chain) -> None:
        row = chain.connection.execute(select(ENTRIES).where(ENTRIES.c.seq == 5)).one()
        content = row.content.replace('"median":', '"median":9')
        values = {"content": content, "hash": link(row.previous, 5, content)}
        chain.connection.execute(update(ENTRIES).where(ENTRIES.c.seq == 5).values(values))

    assert tamper(filled, alter).startswith("entry 6 ")


@pytest.mark.parametrize(("gone", "told"), [([5], "entry 5 "), ([5, 6, 7], "entries 5 to 7 ")])
def test_entries_removed_in_the_middle_are_named(filled: Store, gone: list[int], told: str) -> None:
    def remove(chain: Chain) -> None:
        chain.connection.execute(delete(ENTRIES).where(ENTRIES.c.seq.in_(gone)))

    assert tamper(filled, remove).startswith(f"{told}missing before")


def test_entries_removed_and_the_rest_renumbered_are_found(filled: Store) -> None:
    def remove(chain: Chain) -> None:
        chain.connection.execute(delete(ENTRIES).where(ENTRIES.c.seq == 5))
        for seq in range(6, N + 1):
            moved = update(ENTRIES).where(ENTRIES.c.seq == seq).values(seq=seq - 1)
            chain.connection.execute(moved)

    assert tamper(filled, remove).startswith("entry 5 ")


def test_entries_that_changed_places_are_found(filled: Store) -> None:
    def swap(chain: Chain) -> None:
        for seq, to in ((5, 99), (6, 5), (99, 6)):
            chain.connection.execute(update(ENTRIES).where(ENTRIES.c.seq == seq).values(seq=to))

    assert tamper(filled, swap).startswith("entry 5 ")


def test_an_entry_slipped_in_is_found(filled: Store) -> None:
    def slip_in(chain: Chain) -> None:
        (entry,) = make_entries(1)
        sha = hashlib.sha256(entry.content.encode()).hexdigest()
        row = {
            "seq": N + 1,
            "id": entry.id,
            "kind": entry.kind,
            "at": entry.at,
            "tenant": entry.tenant,
            "content": entry.content,
            "previous": chain.hash,
            "hash": sha,
        }
        chain.connection.execute(insert(ENTRIES), [row])

    assert tamper(filled, slip_in).startswith(f"entry {N + 1} ")


def test_entries_cut_off_at_the_end_show_in_the_head(filled: Store) -> None:
    def cut(chain: Chain) -> None:
        chain.connection.execute(delete(ENTRIES).where(ENTRIES.c.seq > N - 2))

    assert f"ends with entry {N - 2}, and its head says {N}" in tamper(filled, cut)


def test_entries_cut_off_at_the_beginning_need_a_prune_that_says_so(filled: Store) -> None:
    def cut(chain: Chain) -> None:
        chain.connection.execute(delete(ENTRIES).where(ENTRIES.c.seq <= 3))

    assert "begins with entry 4, and no prune says" in tamper(filled, cut)


def test_all_entries_removed_show_in_the_head(filled: Store) -> None:
    assert "head says" in tamper(filled, lambda chain: chain.connection.execute(delete(ENTRIES)))


def cut_with_head(store: Store, last: int) -> None:
    """Cut off the end as somebody does who may write all tables."""
    with store.writing() as chain:
        sha = chain.connection.scalar(select(ENTRIES.c.hash).where(ENTRIES.c.seq == last))
        chain.connection.execute(delete(ENTRIES).where(ENTRIES.c.seq > last))
        chain.connection.execute(update(HEAD).values(seq=last, hash=sha))


def test_an_end_cut_off_with_the_head_shows_only_beside_a_head_kept_elsewhere(
    filled: Store,
) -> None:
    kept = verify(filled).head
    cut_with_head(filled, N - 2)
    assert verify(filled).broken is None
    assert f"entry {N} was kept" in str(verify(filled, kept).broken)


def test_an_end_written_anew_shows_beside_a_head_kept_elsewhere(filled: Store) -> None:
    kept = verify(filled).head
    cut_with_head(filled, N - 2)
    with filled.writing() as chain:
        chain.append(make_entries(5))
    assert verify(filled).broken is None
    assert "rewritten" in str(verify(filled, kept).broken)


def test_an_outcome_counted_otherwise_than_it_was_sent_is_found(filled: Store) -> None:
    fact = {
        "id": "f" * 32,
        "kind": "outcome",
        "at": "2026-11-20T00:00:00.000000Z",
        "tenant": "acme",
        "prediction": "a" * 32,
        "stated": 0.8,
        "inside": True,
        "groups": {"role": "data_scientist"},
    }
    from serving.log.chain import Entry

    with filled.writing() as chain:
        chain.append([Entry.of(orjson.dumps(fact))])
        chain.count_outcome(fact)
    assert verify(filled).broken is None

    def count(chain: Chain) -> None:
        chain.connection.execute(update(OUTCOMES).values(inside=0))

    assert "counted otherwise" in tamper(filled, count)


@pytest.mark.parametrize("given", ["", "7", "x:" + "a" * 64, "7:abc"])
def test_a_head_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(LogError, match="SEQ:HASH"):
        Head.read(given)
