"""A service in production, an identity provider and a Redis server, all on this machine."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.security import keys
from serving.security.access import Access
from serving.security.scopes import Scope
from tests.conftest import require
from tests.serving.security.provider import IdentityProvider

Serve = Callable[[Access], TestClient]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Redis:
    """A Redis server that can be stopped and started again."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                         "--dir", str(folder)]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        ends = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            assert self._process.poll() is None, "redis-server ended before it began"
            assert time.monotonic() < ends, "redis-server did not begin within 30 s"
            time.sleep(0.02)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    program = shutil.which("redis-server")
    require(program, "redis-server")
    assert program is not None
    server = Redis(program, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()
    yield provider
    with contextlib.suppress(OSError):
        provider.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where keys are kept."""
    return tmp_path / "kept" / "keys.json"


@pytest.fixture
def key(path: Path) -> str:
    """A key with the scope predict."""
    return keys.create(path, "acme", "tests", [Scope.PREDICT])[1]


@pytest.fixture
def serve(model_folder: Path) -> Iterator[Serve]:
    """Serves with the settings of access it is given."""
    with contextlib.ExitStack() as clients:

        def serve(access: Access) -> TestClient:
            champion = Champion(model_folder, None)
            champion.refresh()
            app = assemble(champion, Recogniser(Stages()), access)
            return clients.enter_context(TestClient(app))

        yield serve
