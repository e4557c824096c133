"""The figures of several processes, added up."""

from collections.abc import Iterable
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.multiprocess import MultiProcessCollector


class Sums:
    """A collector that adds up the figures of all processes.

    Args:
        folder: Where each process keeps its own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Return the sums, without the processes that have told nothing yet.

        A process that begins makes an empty file first, and prometheus-client fails on one.
        """
        files = [str(path) for path in self._folder.glob("*.db") if _size(path)]
        found: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
