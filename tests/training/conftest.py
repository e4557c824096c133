"""What tests of training share: a real tracking server, as teams run one."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PATIENCE_SECONDS = 180.0
"""A cold MLflow takes half a minute to start where other work shares the cores."""


@dataclass(frozen=True)
class Server:
    """A tracking server that was started; it may not answer yet."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def answers(self) -> bool:
        """Return whether the server is up."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def end(self) -> None:
        """End the server with all its workers: the process group that is its own."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(folder: Path) -> Server:
    """Start ``mlflow server`` with its database and artifacts in ``folder``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if "MLFLOW" not in name}
    environment |= {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    command = [sys.executable, "-m", "mlflow", "server", "--workers", "1"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'store.db'}"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    log = folder / "server.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(process, port, log)


@pytest.fixture(scope="session", autouse=True)
def started_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server | None]:
    """The tracking server, started before it is needed: it warms up beside the other tests."""
    if not any(item.get_closest_marker("mlflow") for item in request.session.items):
        yield None
        return
    server = start(tmp_path_factory.mktemp("mlflow"))
    yield server
    server.end()


@pytest.fixture(scope="session")
def tracking_uri(started_server: Server | None) -> str:
    """The address of a tracking server that answers."""
    assert started_server is not None, "mark tests that need the server with mlflow"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not started_server.answers():
        ended = started_server.process.poll() is not None
        if ended or time.monotonic() > deadline:
            pytest.fail(
                f"the MLflow server did not start: {started_server.log.read_text()[-2000:]}"
            )
        time.sleep(0.2)
    return f"http://127.0.0.1:{started_server.port}"


@pytest.fixture(autouse=True)
def no_tracking_server_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches a server that the environment names, nor leaves one behind in it."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "")
