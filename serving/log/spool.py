"""Events on disk until the store has them: one folder a process, one line an event.

A folder belongs to whoever holds the lock of its file ``lock``; the operating system lets go of it
when the process ends in whatever way, and another process then delivers what is left. Locks of this
kind do not reach across machines, so each machine needs a spool of its own.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from serving.log.segments import Segments, segments

LOCK = "lock"
HELD = ".held"
"""How the name of a folder ends whose events may not be delivered yet (``serving.log.held``)."""

FULL = (
    "the decision log cannot keep another answer just now, so none is given; ask again later, or "
    "tell whoever runs the service"
)


class Spool(Segments):
    """The folder that this process writes, made when it is first written to.

    One thread writes and one removes what was delivered.

    Args:
        root: The folder of all processes' folders.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root / f"{os.getpid()}-{uuid4().hex[:12]}")
        self._lock: int | None = None

    def close(self) -> None:
        """Let go of the folder, and remove it where nothing is left in it."""
        super().close()
        if self._lock is not None:
            if not segments(self.folder):
                shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self._lock)
            self._lock = None

    def _make_ready(self) -> None:
        if self._lock is None:
            self._lock = locked(self.folder)


@contextmanager
def left_over(folder: Path) -> Iterator[bool]:
    """Hold ``folder`` when no living process does; yield whether that is so."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR)
    except FileNotFoundError:  # just delivered and removed by another process
        yield False
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield (folder / LOCK).exists()
    finally:
        os.close(lock)


def locked(folder: Path) -> int:
    """Make ``folder`` and return its lock, an open file: it is this process's until that is closed.

    Raises:
        OSError: The disk is full or broken.
    """
    # Made aside and moved once it is locked, or another process could take it for left over.
    fresh = folder.with_name(f".{folder.name}")
    fresh.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(fresh / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    fresh.rename(folder)
    return lock


def folders(root: Path) -> list[Path]:
    """Return the folders under ``root`` whose events are there to be delivered."""
    return [path for path in _all(root) if path.suffix != HELD]


def is_of_file(folder: Path) -> bool:
    """Return whether ``folder`` holds the events of a file, and not those of a process."""
    return "-" not in folder.name


def held_back(root: Path) -> list[Path]:
    """Return the folders under ``root`` whose events may not be delivered yet."""
    return [path for path in _all(root) if path.suffix == HELD]


def _all(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
