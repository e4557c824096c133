import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from serving.log.segments import SEGMENT, Reader, segments
from serving.log.spool import Spool, folders, left_over


def drain(reader: Reader) -> list[bytes]:
    found = []
    while lines := reader.read():
        found += lines
        reader.accept(lines)
    return found


def test_lines_come_out_once_and_in_order_across_files(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    written = [b"%06d" % n + b"x" * 1000 for n in range(3 * SEGMENT // 1000)]
    reader, found = Reader(spool.folder), []
    for n, line in enumerate(written):
        spool.write(line + b"\n")
        if n % 700 == 0:
            found += drain(reader)
    assert found + drain(reader) == written
    assert reader.accepted == spool.written
    assert len(segments(spool.folder)) == 1
    spool.close()


def test_what_was_not_accepted_is_read_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"a\nb\n")
    reader = Reader(spool.folder)
    assert reader.read() == reader.read() == [b"a", b"b"]
    spool.close()


def test_half_a_line_waits_for_its_other_half(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"a\nhal")
    reader = Reader(spool.folder)
    assert drain(reader) == [b"a"]
    assert reader.torn == b"hal"
    spool.write(b"f\n")
    assert drain(reader) == [b"half"]
    assert reader.torn == b""
    spool.close()


def test_a_line_longer_than_a_chunk_is_read_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    long = b"y" * 300_000
    spool.write(b"a\n" + long + b"\nb\n")
    assert drain(Reader(spool.folder)) == [b"a", long, b"b"]
    spool.close()


def test_a_folder_is_left_over_once_its_process_is_dead(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from serving.log.spool import Spool\n"
        "spool = Spool(Path(sys.argv[1])); spool.write(b'kept\\n'); print('ready', flush=True)\n"
        "time.sleep(600)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"
    (folder,) = folders(tmp_path)
    with left_over(folder) as ours:
        assert not ours
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    with left_over(folder) as ours:
        assert ours
        with left_over(folder) as twice:
            assert not twice
        assert drain(Reader(folder)) == [b"kept"]


def test_an_emptied_folder_goes_with_its_process(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"a\n")
    reader = Reader(spool.folder)
    drain(reader)
    reader.clear()
    spool.close()
    assert folders(tmp_path) == []


def test_what_a_full_disk_did_not_take_is_written_once_there_is_room(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"a" * 99 + b"\n")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            spool.write(b"b" * 99 + b"\n")
        with pytest.raises(OSError, match="File too large"):
            spool.write(b"c" * 99 + b"\n")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    spool.write(b"")
    assert drain(Reader(spool.folder)) == [b"a" * 99, b"b" * 99, b"c" * 99]
    spool.close()
