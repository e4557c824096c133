"""The process that scores a file, as seen by the service that waits for it."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Coroutine
from typing import Any

from data.errors import SourceError
from serving.scoring.job import Job, error_of

# Waiting threads that spin make LightGBM many times slower where other work shares the cores.
ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE"}

ENDING_SECONDS = 0.2
"""What a process has to remove what it wrote and end, before it is killed: one that only starts
hears nothing yet, and where we end ourselves there is little time."""

Gone = Callable[[], Coroutine[Any, Any, None]]
"""Returns when nobody waits for the answer any more."""


class CallerGone(Exception):  # noqa: N818  # nothing went wrong: nobody waits any more
    """The caller went away, and the process was ended."""


async def score(job: Job, gone: Gone | None) -> dict[str, Any]:
    """Return what came of ``job``, scored in a process of its own that ends with this call.

    Args:
        job: What to score.
        gone: Ends the process early; None for an answer that is kept.

    Raises:
        CallerGone: Nobody waits any more.
        SourceError: The file cannot be read or scored.
        TooLargeError: It has too many rows, or needs too much memory.
        LogFullError: No event of it can be kept, and it is refused then.
    """
    # Not from the current folder: one called data there is none of ours.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "serving.scoring.child", job.folder),
        stdin=PIPE,
        stdout=PIPE,
        env={**ENVIRONMENT, **os.environ},
    )
    telling = asyncio.create_task(told_by(process, job))
    waits: list[asyncio.Task[Any]] = [telling]
    if gone is not None:
        waits.append(asyncio.create_task(gone()))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if not telling.done():
            raise CallerGone
        told = telling.result()
    finally:
        for each in waits:
            each.cancel()
        await asyncio.gather(end(process), *waits, return_exceptions=True)
    if "error" in told:
        raise error_of(told)
    return told


async def end(process: Process) -> None:
    """Return when ``process`` has ended.

    Its input is closed, and it removes the folder of its job before it ends: we may be gone
    ourselves before we could.
    """
    assert process.stdin is not None  # noqa: S101  # asked for by ``score``
    process.stdin.close()
    try:
        async with asyncio.timeout(ENDING_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def told_by(process: Process, job: Job) -> dict[str, Any]:
    """Return what ``process`` tells at its end.

    Raises:
        SourceError: It ended without a word: the file was too much for whatever reads it.
    """
    assert process.stdin is not None  # noqa: S101  # asked for above
    assert process.stdout is not None  # noqa: S101
    # Its input stays open: the process ends when it is closed, as it is where we are gone.
    process.stdin.write(f"{job.text()}\n".encode())
    said = await process.stdout.read()
    await process.wait()
    if not said:
        raise SourceError(
            f"{job.table}: reading it took more memory than a file may, or it is broken; save it "
            "again, or split it"
        )
    told: dict[str, Any] = json.loads(said)
    return told
