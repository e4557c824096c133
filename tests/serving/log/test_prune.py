from datetime import UTC, datetime

from sqlalchemy import delete, select

from serving.log.prune import Pruned, prune
from serving.log.store import Store
from serving.log.tables import ENTRIES
from serving.log.verify import verify
from tests.serving.log.notes import make_entries


def nanoseconds(year: int) -> int:
    return int(datetime(year, 6, 1, tzinfo=UTC).timestamp()) * 10**9


def fill(store: Store, *years: int) -> None:
    for year in years:
        with store.writing() as chain:
            chain.append(make_entries(1, at_ns=nanoseconds(year)))


def kinds(store: Store) -> list[tuple[int, str]]:
    with store.reading() as connection:
        asked = select(ENTRIES.c.seq, ENTRIES.c.kind).order_by(ENTRIES.c.seq)
        return [(row.seq, row.kind) for row in connection.execute(asked)]


def test_what_is_old_goes_and_the_chain_stays_whole(store: Store) -> None:
    fill(store, 2019, 2020, 2022, 2023)
    assert prune(store, datetime(2021, 1, 1, tzinfo=UTC)) == Pruned(2, 2)
    assert kinds(store) == [(3, "prediction"), (4, "prediction"), (5, "prune")]
    found = verify(store)
    assert (found.broken, found.first, found.head.seq) == (None, 3, 5)


def test_a_prune_of_nothing_leaves_no_trace(store: Store) -> None:
    fill(store, 2022)
    assert prune(store, datetime(2021, 1, 1, tzinfo=UTC)) == Pruned(0, 0)
    assert kinds(store) == [(1, "prediction")]


def test_a_second_prune_takes_the_place_of_the_first(store: Store) -> None:
    fill(store, 2019, 2020)
    prune(store, datetime(2020, 1, 1, tzinfo=UTC))
    fill(store, 2022)
    prune(store, datetime(2021, 1, 1, tzinfo=UTC))
    assert verify(store).broken is None
    assert verify(store).first == 3


def test_everything_may_go_and_the_chain_goes_on(store: Store) -> None:
    fill(store, 2019, 2020)
    prune(store, datetime(2025, 1, 1, tzinfo=UTC))
    assert kinds(store) == [(3, "prune")]
    fill(store, 2026)
    assert verify(store).broken is None


def test_an_old_event_that_came_late_waits_for_those_before_it(store: Store) -> None:
    fill(store, 2019, 2022, 2020)
    assert prune(store, datetime(2021, 1, 1, tzinfo=UTC)) == Pruned(1, 1)


def test_more_cut_off_than_the_prune_says_is_found(store: Store) -> None:
    fill(store, 2019, 2022, 2023)
    prune(store, datetime(2021, 1, 1, tzinfo=UTC))
    with store.writing() as chain:
        chain.connection.execute(delete(ENTRIES).where(ENTRIES.c.seq == 2))
    assert "begins with entry 3" in str(verify(store).broken)
