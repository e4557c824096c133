"""Files sent to real services that are killed, ended or many: each row in the log once, or none."""

import os
import signal
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from serving.log.address import Address
from serving.log.spool import folders, held_back
from serving.log.store import Store
from tests.bench.people import write_people
from tests.bench.process import Served, family, served
from tests.serving.api.test_files_live import PATIENCE_SECONDS, begin, scoring, until
from tests.serving.log.conftest import made
from tests.serving.log.test_files import entries, rows_in

LONG, SHORT = 60_000, 5_000
"""Rows that take some seconds, and rows that take few."""


@dataclass
class House:
    """Where services share a log and a spool."""

    model: Path
    folder: Path

    @property
    def address(self) -> Address:
        return Address.read(f"sqlite:///{self.folder}/log.db")

    @property
    def spool(self) -> Path:
        return self.folder / "events"

    def serve(self) -> AbstractContextManager[Served]:
        settings = {
            "PAYLENS_LOG": self.address.url,
            "PAYLENS_LOG_SPOOL": str(self.spool),
            "PAYLENS_DRAIN_SECONDS": "1",
            "PAYLENS_NOTICE_SECONDS": "0",
            "TMPDIR": str(self.folder),
        }
        return served(self.model, self.folder, {**os.environ, **settings})


@pytest.fixture
def house(model_folder: Path, tmp_path: Path) -> House:
    house = House(model_folder, tmp_path)
    made(house.address)
    return house


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Files by the number of their rows."""
    folder = tmp_path_factory.mktemp("people")
    paths = {rows: folder / f"{rows}.csv" for rows in (LONG, SHORT)}
    for rows, path in paths.items():
        write_people(path, rows)
    return paths


def send(service: Served, path: Path) -> httpx2.Response:
    return httpx2.post(
        f"{service.url}/v1/files",
        content=path.read_bytes(),
        headers={"content-type": "text/csv"},
        timeout=PATIENCE_SECONDS,
    )


def at_work(service: Served, house: House) -> bool:
    """Whether some events of a file were written."""
    return scoring(service) and any(
        path.stat().st_size for folder in held_back(house.spool) for path in folder.glob("*.jsonl")
    )


def test_what_a_service_answered_that_is_killed_is_in_the_log_once_and_in_order(
    house: House, people: dict[int, Path]
) -> None:
    store = Store(house.address)
    with house.serve() as service, store.writing():  # nobody else can write meanwhile
        name = send(service, people[SHORT]).headers["paylens-id"]
        os.kill(service.pid, signal.SIGKILL)
    store.close()
    assert [folder.name for folder in folders(house.spool) if folder.name == name] == [name]
    with house.serve():
        until(lambda: rows_in(entries(house.address)), "the first rows")
        until(lambda: not house.spool.joinpath(name).exists(), "the last row")
    assert rows_in(entries(house.address)) == {name: list(range(1, SHORT + 1))}


def test_a_service_that_is_killed_while_it_scores_leaves_no_row(
    house: House, people: dict[int, Path]
) -> None:
    with house.serve() as service:
        connection = begin(service, people[LONG])
        until(lambda: at_work(service, house), "the first events")
        os.kill(service.pid, signal.SIGKILL)
        connection.close()
    with house.serve():
        until(lambda: not held_back(house.spool), "an empty spool")
    assert entries(house.address) == []


def test_a_process_that_is_killed_while_it_scores_leaves_no_row(
    house: House, people: dict[int, Path]
) -> None:
    with house.serve() as service:
        connection = begin(service, people[LONG])
        until(lambda: at_work(service, house), "the first events")
        (worker,) = family(service.pid)[1:]
        os.kill(worker, signal.SIGKILL)
        assert connection.recv(100).startswith(b"HTTP/1.1 422")
        connection.close()
        until(lambda: not held_back(house.spool), "an empty spool")
    assert entries(house.address) == []


def test_sigterm_while_it_scores_leaves_no_row(house: House, people: dict[int, Path]) -> None:
    with house.serve() as service:
        connection = begin(service, people[LONG])
        until(lambda: at_work(service, house), "the first events")
        os.kill(service.pid, signal.SIGTERM)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
        connection.close()
    assert b"/problems/draining" in answer
    assert list(house.spool.iterdir()) == []
    assert entries(house.address) == []


def test_a_caller_who_goes_away_while_waiting_leaves_no_row(
    house: House, people: dict[int, Path]
) -> None:
    with house.serve() as service:
        connection = begin(service, people[LONG])
        until(lambda: at_work(service, house), "the first events")
        connection.close()
        until(lambda: not held_back(house.spool), "an empty spool")
    assert entries(house.address) == []


def test_sigterm_after_the_answer_brings_every_row_to_the_log(
    house: House, people: dict[int, Path]
) -> None:
    with house.serve() as service:
        name = send(service, people[SHORT]).headers["paylens-id"]
        os.kill(service.pid, signal.SIGTERM)
    assert rows_in(entries(house.address)) == {name: list(range(1, SHORT + 1))}
    assert list(house.spool.iterdir()) == []


def test_two_processes_tell_of_each_others_rows_and_keep_each_once(
    house: House, people: dict[int, Path]
) -> None:
    with house.serve() as one, house.serve() as other:
        names = [send(service, people[SHORT]).headers["paylens-id"] for service in (one, other)]
        for service in (one, other):
            for name in names:
                answer = httpx2.get(f"{service.url}/v1/predictions/{name}.{SHORT}")
                assert answer.status_code == 200, answer.text
    found = rows_in(entries(house.address))
    assert found == {name: list(range(1, SHORT + 1)) for name in names}
