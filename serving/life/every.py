"""Something done again and again beside the requests."""

import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import Self

LOG = logging.getLogger(__name__)


class Every:
    """Does ``task`` every ``seconds`` in a thread of its own while the block runs.

    Args:
        seconds: From the end of one time to the beginning of the next; 0 for never.
        task: What is done.
        at_once: Whether it is done at the beginning too.
    """

    def __init__(
        self, seconds: float, task: Callable[[], object], *, at_once: bool = False
    ) -> None:
        self._seconds = seconds
        self._task = task
        self._at_once = at_once
        self._ended = Event()
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        if self._seconds > 0:
            # An application may be started again, a thread may not.
            self._ended = Event()
            self._thread = Thread(target=self._run, args=(self._ended,), daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._thread is not None:
            # A registry that does not answer holds the thread for seconds; it is a daemon.
            self._thread.join(timeout=1)

    def _run(self, ended: Event) -> None:
        pause = 0.0 if self._at_once else self._seconds
        while not ended.wait(pause):
            pause = self._seconds
            try:
                self._task()
            except Exception:  # the thread is an edge: whatever it meets, the watch goes on
                LOG.exception("%r failed and is tried again in %g s", self._task, self._seconds)
