"""Where workers put their figures together, so that any of them can tell the sum.

Several processes answer on one port and a scrape reaches one of them. prometheus-client then keeps
each process's figures in files of a folder, which every process can read.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that prometheus-client reads when it is imported."""


def shared_folder() -> str | None:
    """Return the folder of the workers' figures; None where one process is alone."""
    return os.environ.get(FOLDER)


@contextmanager
def for_workers() -> Iterator[Path]:
    """Make the folder for workers started inside the block: the one named, emptied, else a new one.

    What an earlier service left there would be counted again.
    """
    named = shared_folder()
    if named is not None:
        folder = Path(named)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.db"):
            old.unlink()
        yield folder
        return
    with TemporaryDirectory(prefix="paylens-metrics-") as made:
        os.environ[FOLDER] = made
        try:
            yield Path(made)
        finally:
            del os.environ[FOLDER]


class Leaving:
    """Takes back, at the end of the block, what this process told of itself alone."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave what was counted, and no longer count as a worker that serves."""
        if shared_folder() is not None:
            _forget(os.getpid())


def forget_the_dead() -> None:
    """Forget what workers that are gone told of themselves; what they counted stays counted."""
    folder = shared_folder()
    if folder is None:
        return
    found = (re.search(r"_(\d+)\.db$", path.name) for path in Path(folder).glob("gauge_live*.db"))
    for pid in {int(each[1]) for each in found if each}:
        if not _lives(pid):
            _forget(pid)


def _forget(pid: int) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    # Workers that begin at once forget the same process.
    with suppress(FileNotFoundError):
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
