"""The real service, in a process of its own, from its start to SIGTERM."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from time import monotonic

from serving.log.address import Address
from tests.conftest import CHECKOUT
from tests.serving.log.test_journal import PATIENCE, kept

BODY = json.dumps({"title": "Senior data scientist", "country": "US"}).encode()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def ask(port: int) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/predictions", BODY, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        name: str = json.load(response)["id"]
        return name


def wait_for(port: int) -> None:
    pause, end = threading.Event(), monotonic() + 2 * PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE).close()
        except urllib.error.URLError:
            assert monotonic() < end, "the service did not start"
            pause.wait(0.1)
        else:
            return


def test_sigterm_loses_nothing_that_was_answered(model_folder: Path, tmp_path: Path) -> None:
    port, address = free_port(), Address.read(f"sqlite:///{tmp_path}/log.db")
    settings = {
        "PAYLENS_LOG": address.url,
        "PAYLENS_LOG_SPOOL": str(tmp_path / "spool"),
        "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/none.db",
        "PYTHONPATH": str(CHECKOUT),
    }
    words = [sys.executable, "-m", "serving", "--port", str(port), "--model", str(model_folder)]
    service = subprocess.Popen(words, env={**os.environ, **settings}, cwd=tmp_path)
    try:
        wait_for(port)
        answered = [ask(port) for _ in range(50)]
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(PATIENCE)
    assert kept(address) == answered


def test_the_service_starts_without_the_database_libraries() -> None:
    code = "import sys, serving.__main__; print({'sqlalchemy', 'alembic'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
