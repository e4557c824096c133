"""A service in a process of its own, and what it costs while it works."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx2

MEGABYTE = 1e6
WAIT_SECONDS = 90


@dataclass
class Served:
    """A running service.

    Attributes:
        url: Where it answers.
        pid: Of its process.
    """

    url: str
    pid: int


@contextmanager
def served(model: Path, folder: Path, environment: Mapping[str, str]) -> Iterator[Served]:
    """Give a service of the ``model`` on a free port of this machine, ended at the end.

    Args:
        model: Folder of the model.
        folder: The current folder of the service.
        environment: Whole.
    """
    port = free_port()
    command = [
        sys.executable,
        *("-m", "serving", "--model", str(model), "--port", str(port)),
        *("--tracking-uri", f"sqlite:///{folder / 'none.db'}"),
    ]
    with subprocess.Popen(command, cwd=folder, env=dict(environment)) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process)
            yield Served(url, process.pid)
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Return once the service at ``url`` can answer."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the service ended with {process.returncode}")
        try:
            if httpx2.get(f"{url}/readyz").status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"the service did not answer within {WAIT_SECONDS} s")


def family(pid: int) -> list[int]:
    """Return ``pid`` and the processes it started."""
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in thread.read_text().split():
            found += family(int(child))
    return found


def resident(pid: int) -> float:
    """Return the memory of a process that lies in RAM, in MB; 0 where it is gone."""
    return _memory(pid, "VmRSS")


def peak(pid: int) -> float:
    """Return the most memory of a process that ever lay in RAM, in MB; 0 where it is gone."""
    return _memory(pid, "VmHWM")


def _memory(pid: int, name: str) -> float:
    try:
        told = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"^{name}:\s+(\d+) kB", told, re.MULTILINE)
    return int(found[1]) * 1024 / MEGABYTE if found else 0.0


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process and those it started, seconds."""
    ticks = 0
    for each in family(pid):
        told = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])  # utime and stime: see proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


@dataclass
class Memory:
    """The peak memory of a process and of those it starts, watched while a block runs."""

    pid: int
    own: float = 0.0
    whole: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look ten times a second until the block ends."""
        while not self._over.wait(0.1):
            try:
                each = [resident(pid) for pid in family(self.pid)]
            except OSError:
                continue  # one of them ended as we looked
            self.own, self.whole = max(self.own, each[0]), max(self.whole, sum(each))

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
