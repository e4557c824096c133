import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import select, update

from data.errors import LogError, LogFullError
from serving.api.caller import Caller
from serving.log.address import Address
from serving.log.journal import Journal
from serving.log.quarantine import path_of
from serving.log.segments import segments
from serving.log.spool import folders
from serving.log.store import Store
from serving.log.tables import ENTRIES, HEAD
from serving.log.verify import verify
from tests.disk import files_no_larger_than
from tests.serving.log.conftest import made
from tests.serving.log.notes import make_entries, make_note
from tests.serving.log.postgres import Cluster

PATIENCE = 30.0
"""Seconds within which anything here happens, on however busy a machine."""


def kept(address: Address) -> list[str]:
    """The ids in the store, in its order; the chain must be whole."""
    store = Store(address)
    with store.reading() as connection:
        ids = connection.scalars(select(ENTRIES.c.id).order_by(ENTRIES.c.seq)).all()
    assert verify(store).broken is None
    store.close()
    return list(ids)


def until(holds: Callable[[], bool]) -> None:
    pause, end = threading.Event(), monotonic() + PATIENCE
    while not holds():
        assert monotonic() < end, "it did not come about"
        pause.wait(0.02)


def say(journal: Journal, n: int) -> list[str]:
    ids = [uuid4().hex for _ in range(n)]
    for name in ids:
        journal.note(make_note(name))
    return ids


def in_order_once(ids: list[str], address: Address) -> bool:
    own = set(ids)
    return [name for name in kept(address) if name in own] == ids


def test_what_is_noted_is_in_the_store_once_and_in_order(address: Address, tmp_path: Path) -> None:
    journal = Journal(address, tmp_path / "spool")
    with journal:
        ids = say(journal, 500)
        assert journal.settle(PATIENCE)
        assert kept(address) == ids
        ids += say(journal, 300)
    assert kept(address) == ids
    assert folders(tmp_path / "spool") == []


def test_a_journal_can_be_started_again(sqlite: Address, tmp_path: Path) -> None:
    journal = Journal(sqlite, tmp_path / "spool")
    ids = []
    for _ in range(3):
        with journal:
            ids += say(journal, 3)
    assert kept(sqlite) == ids


def test_a_journal_makes_the_tables_of_a_new_sqlite_log(tmp_path: Path) -> None:
    address = Address.read(f"sqlite:///{tmp_path}/log.db")
    journal = Journal(address, tmp_path / "spool")
    with journal:
        ids = say(journal, 2)
    assert kept(address) == ids


def test_a_postgresql_log_that_was_not_upgraded_makes_events_wait(
    cluster: Cluster, tmp_path: Path
) -> None:
    address = Address.read(cluster.make(f"log_{uuid4().hex}"))
    journal = Journal(address, tmp_path / "spool")
    with journal:
        ids = say(journal, 2)
        until(lambda: journal.status().trouble is not None)
        assert "paylens-serve log upgrade" in str(journal.status().trouble)
        made(address)
        until(lambda: journal.status().spooled == 0)
    assert kept(address) == ids


def test_a_database_that_dies_and_comes_back_costs_no_event(
    cluster: Cluster, tmp_path: Path
) -> None:
    address = made(Address.read(cluster.make(f"log_{uuid4().hex}")))
    journal = Journal(address, tmp_path / "spool")
    with journal:
        ids = say(journal, 200)
        assert journal.settle(PATIENCE)
        for _ in range(2):
            stopped = threading.Thread(target=cluster.stop)
            stopped.start()
            ids += say(journal, 200)
            stopped.join()
            ids += say(journal, 200)
            until(lambda: journal.status().trouble is not None)
            assert journal.status().spooled > 0
            assert not journal.full
            cluster.start()
            ids += say(journal, 200)
            until(lambda: journal.status().spooled == 0)
    assert kept(address) == ids
    assert journal.lost == 0


def test_events_wait_while_the_file_of_the_database_is_elsewhere(
    sqlite: Address, tmp_path: Path
) -> None:
    assert sqlite.path is not None
    journal = Journal(sqlite, tmp_path / "spool")
    with journal:
        ids = say(journal, 5)
        assert journal.settle(PATIENCE)
        sqlite.path.rename(tmp_path / "elsewhere.db")
        ids += say(journal, 5)
        until(lambda: journal.status().trouble is not None)
        assert "moved, removed or replaced" in str(journal.status().trouble)
        assert not sqlite.path.exists()
        (tmp_path / "elsewhere.db").rename(sqlite.path)
        until(lambda: journal.status().spooled == 0)
    assert kept(sqlite) == ids


@pytest.mark.parametrize("replaced", [False, True])
def test_what_came_after_the_database_was_removed_is_in_the_next_one(
    sqlite: Address, tmp_path: Path, replaced: bool
) -> None:
    assert sqlite.path is not None
    other = made(Address.read(f"sqlite:///{tmp_path}/other.db"))
    assert other.path is not None
    journal = Journal(sqlite, tmp_path / "spool")
    with journal:
        say(journal, 3)
        assert journal.settle(PATIENCE)
        for path in tmp_path.glob("log.db*"):
            path.unlink()
        if replaced:
            other.path.rename(sqlite.path)
        ids = say(journal, 4)
        until(lambda: journal.trouble is not None)
        assert journal.status().spooled == 4
        with pytest.raises(LogError, match="while it was in use"), journal.opened().reading():
            pass
    with Journal(sqlite, tmp_path / "spool") as anew:
        until(lambda: anew.alone)
    # What came before is there too as far as the spool still held it.
    assert kept(sqlite)[-4:] == ids


def test_a_spool_that_is_removed_refuses_answers_and_loses_no_later_one(
    sqlite: Address, tmp_path: Path
) -> None:
    journal = Journal(sqlite, tmp_path / "spool")
    with journal:
        ids = say(journal, 2)
        assert journal.settle(PATIENCE)
        shutil.rmtree(tmp_path / "spool")
        ids += say(journal, 1)
        until(lambda: journal.full)
        with pytest.raises(LogFullError):
            say(journal, 1)
    assert kept(sqlite) == ids
    assert journal.lost == 0


def test_what_the_store_did_not_take_before_the_end_is_taken_at_the_next_start(
    cluster: Cluster, tmp_path: Path
) -> None:
    address = made(Address.read(cluster.make(f"log_{uuid4().hex}")))
    cluster.stop()
    try:
        first = Journal(address, tmp_path / "spool")
        with first:
            ids = say(first, 50)
    finally:
        cluster.start()
    assert first.lost == 0
    second = Journal(address, tmp_path / "spool")
    with second:
        until(lambda: folders(second.root) == [second._threads[0].folder])  # type: ignore[index]
    assert kept(address) == ids


OTHER = """
import sys
from pathlib import Path
from serving.api.caller import Caller
from serving.log.address import Address
from serving.log.journal import Journal
from tests.serving.log.notes import make_note
journal = Journal(Address.read(sys.argv[1]), Path(sys.argv[2]))
journal.start()
for line in sys.stdin:
    journal.note(make_note(line.strip()))
    print("noted", flush=True)
print(journal.settle(float(sys.argv[3])), flush=True)
journal.stop()
"""


class Other:
    """Another process that keeps events in the same log."""

    def __init__(self, address: Address, spool: Path) -> None:
        words = [sys.executable, "-c", OTHER, address.url, str(spool), str(PATIENCE)]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def say(self, n: int) -> list[str]:
        ids = [uuid4().hex for _ in range(n)]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for name in ids:
            self._process.stdin.write(f"{name}\n")
            self._process.stdin.flush()
            assert self._process.stdout.readline() == "noted\n"
        return ids

    def end(self) -> None:
        told, _ = self._process.communicate(timeout=2 * PATIENCE)
        assert told == "True\n"
        assert self._process.returncode == 0

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()


def lines_in(spool: Path) -> int:
    return sum(
        path.read_bytes().count(b"\n") for folder in folders(spool) for path in segments(folder)
    )


def test_two_processes_at_once_make_one_chain(address: Address, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    others = [Other(address, spool), Other(address, spool)]
    said = [[*other.say(40), *other.say(40)] for other in others]
    for other in others:
        other.end()
    assert sorted(kept(address)) == sorted(name for ids in said for name in ids)
    assert all(in_order_once(ids, address) for ids in said)


def test_what_a_killed_process_left_is_caught_up_exactly_once(
    cluster: Cluster, tmp_path: Path
) -> None:
    address, spool = made(Address.read(cluster.make(f"log_{uuid4().hex}"))), tmp_path / "spool"
    other = Other(address, spool)
    ids = other.say(30)
    until(lambda: len(kept(address)) == 30)  # the store has these, the spool still too
    cluster.stop()
    try:
        ids += other.say(30)
        until(lambda: lines_in(spool) == 60)
        other.kill()
    finally:
        cluster.start()
    journal = Journal(address, spool)
    with journal:
        ids += say(journal, 5)
        until(lambda: len(kept(address)) == 65)
    assert sorted(kept(address)) == sorted(ids)
    assert in_order_once(ids[:60], address)
    assert folders(spool) == []


def test_a_full_disk_refuses_answers_until_there_is_room_and_loses_none(
    sqlite: Address, tmp_path: Path
) -> None:
    journal = Journal(Address.read(sqlite.url), tmp_path / "spool")
    with journal:
        ids = say(journal, 1)
        assert journal.settle(PATIENCE)
        with files_no_larger_than(4096):
            ids += say(journal, 20)
            until(lambda: journal.full)
            with pytest.raises(LogFullError, match="ask again later"):
                journal.note(make_note())
        until(lambda: not journal.full)
        ids += say(journal, 5)
    assert kept(sqlite) == ids
    assert journal.lost == 0


def test_a_full_disk_at_the_end_leaves_the_rest_to_the_store(
    cluster: Cluster, tmp_path: Path
) -> None:
    address = made(Address.read(cluster.make(f"log_{uuid4().hex}")))
    journal = Journal(address, tmp_path / "spool")
    with files_no_larger_than(4096), journal:
        ids = say(journal, 20)
        until(lambda: journal.full)
    assert kept(address) == ids
    assert journal.lost == 0


def test_with_the_disk_full_and_the_store_away_what_is_lost_is_counted(
    cluster: Cluster, tmp_path: Path
) -> None:
    address = made(Address.read(cluster.make(f"log_{uuid4().hex}")))
    cluster.stop()
    try:
        journal = Journal(address, tmp_path / "spool")
        with files_no_larger_than(4096), journal:
            ids = say(journal, 20)
            until(lambda: journal.full)
    finally:
        cluster.start()
    assert 0 < journal.lost <= 20
    second = Journal(address, tmp_path / "spool")
    with second:
        until(lambda: len(folders(second.root)) == 1)
    found = kept(address)
    assert found == ids[: 20 - journal.lost]


def test_a_full_spool_may_also_answer_and_count_what_is_lost(
    cluster: Cluster, tmp_path: Path
) -> None:
    address = made(Address.read(cluster.make(f"log_{uuid4().hex}")))
    journal = Journal(address, tmp_path / "spool", refuse=False, most_bytes=20_000)
    cluster.stop()
    try:
        with journal:
            until(lambda: say(journal, 1) == [] or journal.full)
            before = journal.lost
            say(journal, 7)
            assert journal.lost == before + 7
            assert journal.status().full
            assert journal.status().spool_bytes > 20_000
    finally:
        cluster.start()


def test_a_full_queue_refuses_too(sqlite: Address, tmp_path: Path) -> None:
    journal = Journal(sqlite, tmp_path / "spool", most_queued=0)
    with journal, pytest.raises(LogFullError):
        say(journal, 1)


def test_a_journal_that_does_not_run_takes_nothing(sqlite: Address, tmp_path: Path) -> None:
    with pytest.raises(LogFullError):
        say(Journal(sqlite, tmp_path / "spool"), 1)


def test_an_event_that_postgresql_refuses_as_data_is_set_aside_and_the_others_are_kept(
    cluster: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    address = made(Address.read(cluster.make(f"log_{uuid4().hex}")))
    journal = Journal(address, tmp_path / "spool")
    with journal:
        ids = say(journal, 2)
        journal.note(make_note("poison", Caller("a\0b", "payroll")))
        ids += say(journal, 2)
        assert journal.settle(PATIENCE)
        told = journal.status()
        assert (told.set_aside, told.spooled, told.trouble) == (1, 0, None)
    assert kept(address) == ids
    (line,) = path_of(tmp_path / "spool").read_bytes().splitlines()
    assert orjson.loads(line)["id"] == "poison"
    assert path_of(tmp_path / "spool").stat().st_mode & 0o777 == 0o600
    assert "set aside" in caplog.text


def test_a_chain_that_does_not_fit_makes_events_wait_and_sets_none_aside(
    sqlite: Address, tmp_path: Path
) -> None:
    store = Store(sqlite)
    with store.writing() as chain:
        chain.append(make_entries(2))
        chain.connection.execute(update(HEAD).values(seq=0, hash="0" * 64))
    store.close()
    journal = Journal(sqlite, tmp_path / "spool")
    with journal:
        say(journal, 1)
        until(lambda: journal.status().trouble is not None)
        assert (journal.status().set_aside, journal.status().spooled) == (0, 1)


def test_a_broken_line_of_the_spool_is_set_aside_and_the_others_kept(
    journal: Journal, sqlite: Address
) -> None:
    assert journal._threads is not None
    ids = say(journal, 1)
    assert journal.settle(PATIENCE)
    journal._threads[0].write(b"{broken\n")
    ids += say(journal, 1)
    until(lambda: len(kept(sqlite)) == 2)
    assert kept(sqlite) == ids
    assert path_of(journal.root).read_bytes() == b"{broken\n"


def test_an_event_that_cannot_be_encoded_is_counted_lost_and_the_others_are_kept(
    journal: Journal, sqlite: Address, caplog: pytest.LogCaptureFixture
) -> None:
    ids = say(journal, 2)
    journal.note(make_note("broken", Caller("acme\ud800", "payroll")))
    ids += say(journal, 2)
    assert journal.settle(PATIENCE)
    assert kept(sqlite) == ids
    assert journal.status().lost == 1
    assert not journal.full
    assert "the event of broken cannot be encoded" in caplog.text


def test_the_status_tells_how_far_behind_the_store_is(cluster: Cluster, tmp_path: Path) -> None:
    address = made(Address.read(cluster.make(f"log_{uuid4().hex}")))
    journal = Journal(address, tmp_path / "spool")
    with journal:
        say(journal, 3)
        assert journal.settle(PATIENCE)
        assert journal.status().lag_seconds == 0
        cluster.stop()
        try:
            say(journal, 3)
            until(lambda: journal.status().lag_seconds > 0 and journal.status().queued == 0)
            told = journal.status()
            assert (told.spooled, told.lost, told.full) == (3, 0, False)
        finally:
            cluster.start()


def test_a_store_out_of_reach_is_one_line_without_its_password() -> None:
    store = Store(Address.read("postgresql://u:secret@127.0.0.1:9/nothing"))
    with pytest.raises(LogError) as caught, store.reading():
        pass
    store.close()
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_only_its_owner_may_read_the_log_and_what_waits_for_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    journal = Journal(Address.read(f"sqlite:///{tmp_path}/log.db"), tmp_path / "spool")
    with journal:
        say(journal, 1)
        assert journal.settle(PATIENCE)
        files = [path for path in tmp_path.glob("log.db*") if path.suffix != ".lock"]
        assert {path.name for path in files} == {"log.db", "log.db-wal", "log.db-shm"}
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
        made = [tmp_path / "spool", *folders(tmp_path / "spool")]
        assert {path.stat().st_mode & 0o777 for path in made} == {0o700}
    assert tmp_path.stat().st_mode & 0o777 == 0o755
