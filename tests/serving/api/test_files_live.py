"""Files sent to a real service: callers who go away, processes that die, memory that stays."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from serving.api.own_folder import PREFIX
from tests.bench.people import write_people
from tests.bench.process import Memory, Served, family, resident, served

PATIENCE_SECONDS = 60
ROWS = 60_000
"""Enough to be at work for some seconds."""


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the service's temporary files."""
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "people.csv"
    write_people(path, ROWS)
    return path


@pytest.fixture(scope="module")
def service(
    model_folder: Path, spool: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    environment = {**os.environ, "TMPDIR": str(spool), "PAYLENS_FILES": "1"}
    with served(model_folder, tmp_path_factory.mktemp("service"), environment) as running:
        yield running


def until(found: Callable[[], object], what: str) -> None:
    """Wait until something is found."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not found():
        assert time.monotonic() < end, f"{what} did not come about in {PATIENCE_SECONDS} s"
        time.sleep(0.02)


def begin(service: Served, path: Path, share: float = 1.0, **headers: str) -> socket.socket:
    """Return the connection on which a share of the file was sent."""
    url = httpx2.URL(service.url)
    connection = socket.create_connection((url.host, url.port))
    content = path.read_bytes()
    told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    connection.sendall(
        f"POST /v1/files HTTP/1.1\r\nHost: test\r\nContent-Type: text/csv\r\n{told}"
        f"Content-Length: {len(content)}\r\n\r\n".encode()
    )
    connection.sendall(content[: round(share * len(content))])
    return connection


def scoring(service: Served) -> bool:
    return len(family(service.pid)) > 1


def test_a_caller_who_goes_away_while_sending_leaves_no_file(
    service: Served, people: Path, spool: Path
) -> None:
    connection = begin(service, people, 0.5)
    until(lambda: list(spool.iterdir()), "the spooled file")
    connection.close()
    until(lambda: not list(spool.iterdir()), "an empty folder")
    assert httpx2.get(f"{service.url}/readyz").status_code == 200


def test_a_caller_who_goes_away_while_waiting_ends_the_work(
    service: Served, people: Path, spool: Path
) -> None:
    connection = begin(service, people)
    until(lambda: scoring(service), "the process that scores")
    connection.close()
    until(lambda: not scoring(service), "the end of the process")
    until(lambda: not list(spool.iterdir()), "an empty folder")


def test_a_caller_who_goes_away_while_reading_leaves_no_file(
    service: Served, tmp_path: Path, spool: Path
) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("title,note\n" + f"Data scientist,{'x' * 1_000_000}\n" * 20)
    connection = begin(service, path)
    assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert not list(spool.iterdir())
    connection.close()


def test_a_second_file_is_refused_while_one_is_scored_and_singles_are_answered(
    service: Served, people: Path
) -> None:
    connection = begin(service, people)
    until(lambda: scoring(service), "the process that scores")
    second = httpx2.post(
        f"{service.url}/v1/files", content=b"title\nx\n", headers={"content-type": "text/csv"}
    )
    single = httpx2.post(f"{service.url}/v1/predictions", json={"title": "Data scientist"})
    still = scoring(service)
    connection.close()
    until(lambda: not scoring(service), "the end of the process")
    assert still
    assert (second.status_code, single.status_code) == (503, 200)
    assert second.json()["type"] == "/problems/busy"
    assert int(second.headers["retry-after"]) > 0


def test_work_with_a_key_goes_on_without_its_caller_and_its_answer_is_kept(
    service: Served, people: Path, spool: Path
) -> None:
    connection = begin(service, people, idempotency_key="gone")
    until(lambda: scoring(service), "the process that scores")
    connection.close()
    until(lambda: not scoring(service) and not list(spool.iterdir()), "the end of the work")
    again = httpx2.post(
        f"{service.url}/v1/files",
        content=people.read_bytes(),
        headers={"content-type": "text/csv", "idempotency-key": "gone"},
        timeout=PATIENCE_SECONDS,
    )
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["paylens-rows"] == str(ROWS)
    assert again.content.count(b"\n") == ROWS + 1


def test_an_upload_goes_to_the_disk_and_not_into_memory(service: Served, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("title,note\n" + f"Data scientist,{'x' * 1_000_000}\n" * 100)
    before = resident(service.pid)
    with path.open("rb") as file, Memory(service.pid) as memory:
        response = httpx2.post(
            f"{service.url}/v1/files", files={"file": file}, timeout=PATIENCE_SECONDS
        )
    assert response.status_code == 200, response.text
    assert len(response.content) > path.stat().st_size
    assert memory.own - before < 40


def test_callers_who_send_slowly_hold_up_no_other_file(
    service: Served, people: Path, spool: Path
) -> None:
    slow = [begin(service, people, 0.5) for _ in range(3)]
    until(lambda: len(list(spool.glob("*/in.csv"))) == len(slow), "the spooled files")
    answer = httpx2.post(
        f"{service.url}/v1/files",
        content=b"title\nData scientist\n",
        headers={"content-type": "text/csv"},
        timeout=PATIENCE_SECONDS,
    )
    for connection in slow:
        connection.close()
    assert answer.status_code == 200, answer.text
    until(lambda: not list(spool.iterdir()), "an empty folder")


def test_work_with_a_key_goes_on_beyond_the_time_that_a_request_may_take(
    model_folder: Path, people: Path, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    settings = {"TMPDIR": str(spool), "PAYLENS_LONG_TIMEOUT": "0.5"}
    with served(model_folder, tmp_path, {**os.environ, **settings}) as hasty:
        url, content = f"{hasty.url}/v1/files", people.read_bytes()
        headers = {"content-type": "text/csv"}
        given_up = httpx2.post(url, content=content, headers=headers)
        assert given_up.json()["type"] == "/problems/too-slow"
        until(lambda: not scoring(hasty), "the end of the work nobody can ask for again")
        headers["idempotency-key"] = "k"
        first = httpx2.post(url, content=content, headers=headers)
        assert (first.status_code, first.json()["type"]) == (503, "/problems/too-slow")
        assert scoring(hasty), "the work goes on"
        until(lambda: not scoring(hasty) and not list(spool.iterdir()), "the end of the work")
        again = httpx2.post(url, content=content, headers=headers, timeout=PATIENCE_SECONDS)
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["paylens-rows"] == str(ROWS)


def test_while_the_first_with_a_key_runs_the_second_is_told_to_wait(
    model_folder: Path, people: Path, tmp_path: Path
) -> None:
    with served(model_folder, tmp_path, os.environ) as two:
        connection = begin(two, people, idempotency_key="k")
        until(lambda: scoring(two), "the process that scores")
        second = httpx2.post(
            f"{two.url}/v1/files",
            content=people.read_bytes(),
            headers={"content-type": "text/csv", "idempotency-key": "k"},
        )
        still = scoring(two)
        connection.close()
    assert still
    assert second.status_code == 409
    assert second.json()["type"] == "/problems/still-running"
    assert int(second.headers["retry-after"]) > 0


def test_a_service_that_is_killed_leaves_neither_process_nor_file(
    model_folder: Path, people: Path, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    with served(model_folder, tmp_path, {**os.environ, "TMPDIR": str(spool)}) as killed:
        connection = begin(killed, people)
        until(lambda: scoring(killed), "the process that scores")
        (worker,) = family(killed.pid)[1:]
        os.kill(killed.pid, 9)
        until(lambda: not list(spool.iterdir()), "an empty folder")
        until(lambda: resident(worker) == 0, "the end of the process")
        connection.close()


@pytest.mark.parametrize("headers", [{}, {"idempotency_key": "k"}])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_sigterm_during_a_file_leaves_no_file_and_its_caller_is_told(
    model_folder: Path, people: Path, tmp_path: Path, share: float, headers: dict[str, str]
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    settings = {"TMPDIR": str(spool), "PAYLENS_DRAIN_SECONDS": "1", "PAYLENS_NOTICE_SECONDS": "0"}
    with served(model_folder, tmp_path, {**os.environ, **settings}) as ended:
        connection = begin(ended, people, share, **headers)
        until(lambda: scoring(ended) or (share < 1 and any(spool.glob("*/in.csv"))), "the work")
        began = time.monotonic()
        os.kill(ended.pid, signal.SIGTERM)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
        connection.close()
    assert time.monotonic() - began < 10
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"/problems/draining" in answer
    assert not list(spool.iterdir())


def test_a_service_that_starts_removes_what_another_left_that_was_killed_with_its_children(
    model_folder: Path, tmp_path: Path
) -> None:
    left = tmp_path / f"{PREFIX}left"
    left.mkdir()
    (left / "in.csv").write_text("title\nData scientist\n")
    with served(model_folder, tmp_path, {**os.environ, "TMPDIR": str(tmp_path)}):
        assert not left.exists()
