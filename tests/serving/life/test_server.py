"""Real processes: several workers, what ends them, and what they leave behind."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from serving.model import CompensationModel
from tests.chaos.service import Running, running, wait_until
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.chaos

BODY = b'{"role": "data_scientist"}'
SECONDS = 60.0


@pytest.fixture(scope="module")
def folder(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose model is replaced."""
    return Path(shutil.copytree(model_folder, tmp_path_factory.mktemp("served") / "model"))


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Running]:
    settings = {"PAYLENS_MODEL": str(folder), "PAYLENS_WATCH_SECONDS": "0.2"}
    with running(folder.parent, f"sqlite:///{folder.parent}/none.db", settings=settings) as service:
        yield service


def begin(service: Running) -> HTTPConnection:
    """Begin a request and leave it in flight."""
    connection = HTTPConnection(service.url.removeprefix("http://"), timeout=SECONDS)
    connection.putrequest("POST", "/v1/predictions")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(BODY)))
    connection.endheaders(BODY[:5])
    return connection


def finish(connection: HTTPConnection) -> tuple[int, str | None]:
    connection.send(BODY[5:])
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.headers["connection"]


def test_all_workers_follow_a_folder_that_is_replaced(service: Running, folder: Path) -> None:
    before = service.get("/readyz")[1]
    CompensationModel.load(folder).scaled(1.3).save(folder)
    from serving import artifact

    version = artifact.digest(folder)[:12]
    wait_until(lambda: service.serving(version) == 2, SECONDS, "both workers serve the new model")
    assert service.get("/readyz")[1] != before


def test_figures_are_those_of_all_workers_and_a_killed_one_is_replaced(service: Running) -> None:
    name = "paylens_requests_total"
    before = service.figure(name, route="/healthz")
    for _ in range(20):
        assert service.get("/healthz")[0] == 200
    assert service.figure(name, route="/healthz") == before + 20
    killed = service.pids()[0]
    os.kill(killed, signal.SIGKILL)
    wait_until(
        lambda: len(service.pids()) == 2 and killed not in service.pids(), SECONDS, "a new worker"
    )
    assert service.figure(name, route="/healthz") == before + 20, "what was counted stays counted"
    wait_until(
        lambda: service.figure("paylens_model_workers") == 2, SECONDS, "it serves and is counted"
    )


def test_requests_in_flight_at_sigterm_to_a_worker_are_answered(service: Running) -> None:
    in_flight = [begin(service) for _ in range(8)]
    time.sleep(0.2)  # taken by the workers, not only by the kernel
    ended = service.pids()[0]
    os.kill(ended, signal.SIGTERM)
    time.sleep(1.5)  # past the notice, into the drain
    answered = [finish(connection) for connection in in_flight]
    assert [status for status, _ in answered] == [200] * 8
    assert "close" in {connection for _, connection in answered}
    wait_until(
        lambda: len(service.pids()) == 2 and ended not in service.pids(), SECONDS, "a new worker"
    )


def test_sigterm_to_the_supervisor_drains_says_so_and_ends(
    model_folder: Path, tmp_path: Path
) -> None:
    settings = {"PAYLENS_MODEL": str(model_folder), "PAYLENS_NOTICE_SECONDS": "2"}
    with running(tmp_path, f"sqlite:///{tmp_path}/none.db", settings=settings) as service:
        in_flight = [begin(service) for _ in range(4)]
        time.sleep(0.2)
        ending = threading.Thread(target=service.end)
        ending.start()
        wait_until(lambda: service.get("/readyz")[0] == 503, 2.5, "a balancer is told")
        assert service.get("/healthz")[0] == 200
        wait_until(lambda: service.get("/readyz")[0] == 0, SECONDS, "no connection is taken")
        assert [finish(connection)[0] for connection in in_flight] == [200] * 4
        ending.join(SECONDS)
        assert service.process.returncode == 0
        said = service.log.read_text()
        assert "Traceback" not in said
        assert said.count('"route":"/v1/predictions","status":200') == 4, "each has its line"


def test_what_does_not_end_in_time_is_cut_off(model_folder: Path, tmp_path: Path) -> None:
    settings = {"PAYLENS_MODEL": str(model_folder), "PAYLENS_DRAIN_SECONDS": "1"}
    settings |= {"PAYLENS_NOTICE_SECONDS": "0"}
    with running(tmp_path, f"sqlite:///{tmp_path}/none.db", 1, settings) as service:
        connection = begin(service)
        time.sleep(0.2)
        began = time.monotonic()
        service.end()
        assert time.monotonic() - began < 10
        connection.close()


def test_workers_do_not_outlive_their_supervisor(model_folder: Path, tmp_path: Path) -> None:
    settings = {"PAYLENS_MODEL": str(model_folder)}
    with running(tmp_path, f"sqlite:///{tmp_path}/none.db", settings=settings) as service:
        workers = service.pids()
        assert len(workers) == 2
        service.process.kill()
        service.process.wait()
        wait_until(lambda: service.get("/healthz")[0] == 0, SECONDS, "nobody listens")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_service_that_cannot_start_says_why_and_exits_1(tmp_path: Path, workers: str) -> None:
    command = [sys.executable, "-m", "serving", "--model", "nowhere", "--workers", workers]
    command += ["--port", "1", "--host", "127.0.0.1"] if workers == "1" else ["--port", "18999"]
    began = time.monotonic()
    said = subprocess.run(
        [*command, "--tracking-uri", f"sqlite:///{tmp_path}/none.db"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert said.returncode == 1
    assert "error: nowhere: no manifest.json, so this is no model folder" in said.stderr
    assert "Traceback" not in said.stderr
    assert time.monotonic() - began < SECONDS / 2


def test_workers_keep_together_to_what_one_client_may_ask(
    model_folder: Path, tmp_path: Path
) -> None:
    settings = {"PAYLENS_MODEL": str(model_folder), "PAYLENS_RATE": "10/hour"}
    with running(tmp_path, f"sqlite:///{tmp_path}/none.db", settings=settings) as service:
        answers = [service.get("/v1/model")[0] for _ in range(60)]
        assert set(answers) == {200, 429}
        assert 5 <= answers.count(200) <= 10


def test_by_default_a_process_is_gone_before_a_container_engine_kills_it(
    model_folder: Path, tmp_path: Path
) -> None:
    settings = {"PAYLENS_MODEL": str(model_folder)}
    with running(tmp_path, f"sqlite:///{tmp_path}/none.db", 1, settings) as service:
        connection = begin(service)
        wait_until(lambda: service.get("/healthz")[0] == 200, SECONDS, "it is taken")
        began = time.monotonic()
        service.end()
        assert 6 < time.monotonic() - began < 9
        connection.close()
