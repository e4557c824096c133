"""A folder of temporary files for one request, gone whatever becomes of it."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from starlette.concurrency import run_in_threadpool

PREFIX = "paylens-file-"
LOCK = "lock"


@asynccontextmanager
async def folder_of_its_own() -> AsyncIterator[Path]:
    """Give a new folder, gone with all that lies in it at the end, whatever the end is.

    Folders of services that were killed go as well: their locks are held by nobody.
    """
    await run_in_threadpool(sweep)
    fresh = Path(tempfile.mkdtemp(prefix=f".{PREFIX}"))
    folder = fresh.with_name(fresh.name.removeprefix("."))
    lock = FileLock(fresh / LOCK, thread_local=False)
    try:
        # Named last: a folder that could be found before it is locked would be taken for left over.
        lock.acquire(blocking=False)
        fresh.rename(folder)
        yield folder
    finally:
        # At once, not in a thread: this must also happen where the request is being cancelled.
        lock.release()
        for each in (fresh, folder):
            shutil.rmtree(each, ignore_errors=True)


def sweep() -> None:
    """Remove the folders of services that are no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            with FileLock(folder / LOCK, thread_local=False).acquire(blocking=False):
                shutil.rmtree(folder, ignore_errors=True)
        except (Timeout, OSError):
            continue  # in use, gone, or another's
