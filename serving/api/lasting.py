"""Work that goes on when the request that began it is over: its answer is kept for the next try."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from starlette.responses import Response

from serving.api.once import FileBody

LOG = logging.getLogger("uvicorn.error")


class Lasting:
    """Does work in tasks of its own, used from one event loop.

    Once a process ends nobody waits for work without a request; what scores a file removes it then.
    """

    def __init__(self) -> None:
        # The loop itself keeps no task alive.
        self._tasks: set[asyncio.Task[Response]] = set()

    async def answer(self, work: Coroutine[Any, Any, Response]) -> Response:
        """Return the answer of ``work``, which a request that is cancelled does not end."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(unheard)
            raise


def unheard(task: asyncio.Task[Response]) -> None:
    """Let go of what came of a ``task`` that nobody waits for."""
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        LOG.warning("work with an idempotency key failed after its request was over: %s", error)
    elif isinstance(answer := task.result(), FileBody):
        answer.close()
