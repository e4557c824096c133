import shutil
from pathlib import Path

import pytest

from data.errors import LogFullError
from serving.log.address import Address
from serving.log.held import Files, Held, Written
from serving.log.journal import Journal
from serving.log.spool import folders, held_back, left_over

FILE = "f" * 32


def test_what_is_released_is_there_to_be_delivered_and_what_is_not_is_gone(tmp_path: Path) -> None:
    files = Files(tmp_path, refuse=True)
    with files.hold(FILE, 100) as held:
        (held.folder / "00000001.jsonl").write_bytes(b"event\n")
        assert (folders(tmp_path), held_back(tmp_path)) == ([], [held.folder])
        held.release(Written(1, 6, 0))
    assert [folder.name for folder in folders(tmp_path)] == [FILE]
    with files.hold("e" * 32, 100):
        pass
    assert held_back(tmp_path) == []


def test_a_folder_is_nobody_elses_until_it_is_let_go_of(tmp_path: Path) -> None:
    held = Held(tmp_path, FILE, 100, refuse=True)
    held.release(Written(0, 0, 0))
    with left_over(held.folder) as ours:
        assert not ours
    held.let_go()
    with left_over(held.folder) as ours:
        assert ours


def test_room_is_promised_while_a_file_is_scored_and_taken_until_it_is_delivered(
    tmp_path: Path,
) -> None:
    files = Files(tmp_path, refuse=True)
    with files.hold(FILE, 100) as held:
        assert (files.promised, files.waiting) == (100, 0)
        held.release(Written(2, 60, 0))
    assert (files.promised, files.waiting, files.events) == (0, 60, 2)
    shutil.rmtree(held.folder)
    files.count()
    assert (files.promised, files.waiting, files.events) == (0, 0, 0)


def test_files_together_leave_room_for_others_and_are_refused_where_there_is_none(
    tmp_path: Path,
) -> None:
    away = Address.read("postgresql://nobody@127.0.0.1:9/nothing")
    journal = Journal(away, tmp_path / "spool", most_bytes=1000)
    with journal:
        with journal.hold("a" * 32) as first, journal.hold("b" * 32) as second:
            assert first is not None
            assert second is not None
            assert (first.room, second.room) == (500, 250)
            assert not journal.full
        with journal.hold(FILE) as held:
            assert held is not None
            (held.folder / "00000001.jsonl").write_bytes(b"event\n")
            held.release(Written(1, 1001, 0))
        with pytest.raises(LogFullError), journal.hold("c" * 32):
            pass
