"""``make bench-files``: rows a second and peak memory of files, items a second of a batch.

While each is answered one caller asks for single predictions, whose latency is told too.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx2
import numpy as np

from data.table import MEDIA_TYPES
from serving.api.request import EXAMPLE
from tests.bench.people import people, write_people
from tests.bench.process import Memory, Served, served

PAUSE_SECONDS = 0.02
BATCH = 10_000


class Asking:
    """Single predictions asked for one after another while a block runs."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._over = threading.Event()
        self.seconds: list[float] = []

    def ask(self) -> None:
        """Ask until the block ends."""
        with httpx2.Client(base_url=self._url) as client:
            while not self._over.wait(PAUSE_SECONDS):
                start = time.perf_counter()
                client.post("/v1/predictions", json=EXAMPLE).raise_for_status()
                self.seconds.append(time.perf_counter() - start)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.ask)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def measure(name: str, count: int, service: Served, work: Callable[[httpx2.Client], Any]) -> None:
    """Print what ``work`` on ``count`` rows costs the ``service``."""
    with (
        httpx2.Client(base_url=service.url, timeout=None) as client,
        Memory(service.pid) as memory,
        Asking(service.url) as asking,
    ):
        start = time.perf_counter()
        work(client)
        seconds = time.perf_counter() - start
    p50, p99, most = (1000 * np.quantile(asking.seconds, level) for level in (0.5, 0.99, 1))
    print(  # noqa: T201
        f"{name:<9} {count:>9,} rows  {seconds:7.1f} s  {count / seconds:8,.0f} rows/s  "
        f"peak MB: service {memory.own:,.0f}, all {memory.whole:,.0f}  "
        f"single ms: p50 {p50:.1f}, p99 {p99:.1f}, most {most:.1f}",
        flush=True,
    )


def send(path: Path) -> Callable[[httpx2.Client], None]:
    """Return what sends the file at ``path`` and lets go of the answer as it comes."""

    headers = {"Content-Type": MEDIA_TYPES[path.suffix]}

    def work(client: httpx2.Client) -> None:
        with (
            path.open("rb") as file,
            client.stream("POST", "/v1/files", content=file, headers=headers) as answer,
        ):
            size = sum(len(piece) for piece in answer.iter_bytes())
            answer.raise_for_status()
            if not size:
                raise RuntimeError("the answer is empty")

    return work


def send_batch(client: httpx2.Client) -> None:
    """Send a batch of ``BATCH`` people."""
    (frame,) = people(BATCH, piece=BATCH)
    items = frame.select("title", "country", "metro", "years_experience", "company_stage")
    answer = client.post("/v1/predictions/batch", json={"items": items.to_dicts()})
    if len(answer.raise_for_status().json()["items"]) != BATCH:
        raise RuntimeError("items are missing")


def main(model: Path, rows: int, suffixes: list[str]) -> None:
    """Measure each format with ``rows`` rows, and a batch."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(model, Path(folder), os.environ) as service,
    ):
        idle = threading.Event()
        measure("idle", 1, service, lambda _: idle.wait(5))
        measure("batch", BATCH, service, send_batch)
        for suffix in suffixes:
            path = Path(folder) / f"people{suffix}"
            write_people(path, rows)
            measure(suffix[1:], rows, service, send(path))
            path.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), int(sys.argv[2]), sys.argv[3:] or list(MEDIA_TYPES))
