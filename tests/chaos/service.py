"""``paylens-serve`` with several workers, as an operator starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import CHECKOUT

START_SECONDS = 120.0


@dataclass
class Running:
    """A service that was started.

    Attributes:
        process: The supervisor.
        url: Where it listens.
        workers: How many processes answer.
        log: What it says.
        environment: What it was started with.
        headers: What a request needs to be let in.
    """

    process: subprocess.Popen[bytes]
    url: str
    workers: int
    log: Path
    environment: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body of ``path``; status 0 where nobody answers."""
        request = urllib.request.Request(self.url + path, headers=self.headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return int(response.status), bytes(response.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read()
        except OSError:
            return 0, b""

    def pids(self) -> list[int]:
        """Return the worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = [int(pid) for pid in children.read_text().split()]
        return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def figure(self, name: str, **labels: str) -> float:
        """Return the sum of the metric ``name`` over what ``labels`` do not tell apart."""
        _, text = self.get("/metrics")
        return sum(
            sample.value
            for family in text_string_to_metric_families(text.decode())
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def serving(self, version: str) -> int:
        """Return how many workers serve ``version``."""
        return int(self.figure("paylens_model_workers", version=version))

    def end(self) -> int:
        """End the service as a supervisor of machines does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def wait_until(holds: object, seconds: float, what: str) -> float:
    """Wait until ``holds()`` and return after how long; what it waits for is told by failing."""
    assert callable(holds)
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def running(
    folder: Path, uri: str, workers: int = 2, settings: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Start the service on a free port in ``folder`` and wait until it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cleared = ("MLFLOW", "PAYLENS", "OTEL", "PROMETHEUS")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(cleared)
    }
    environment |= {"PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1", **(settings or {})}
    command = [sys.executable, "-m", "serving", "--port", str(port), "--workers", str(workers)]
    log = folder / "service.log"
    with log.open("ab") as said:
        process = subprocess.Popen(
            [*command, "--tracking-uri", uri], cwd=folder, env=environment, stderr=said, stdout=said
        )
    service = Running(process, f"http://127.0.0.1:{port}", workers, log, environment)
    try:
        wait_until(
            lambda: process.poll() is not None or service.get("/readyz")[0] == 200,
            START_SECONDS,
            "the service is ready",
        )
        assert process.poll() is None, log.read_text()[-3000:]
        yield service
    finally:
        if process.poll() is None:
            service.end()
