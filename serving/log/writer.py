"""The thread that brings what was answered from memory to the spool."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from serving.log.event import Note, line
from serving.log.spool import Spool

LOG = logging.getLogger("uvicorn.error")

AGAIN_SECONDS = 0.1
"""After this a full disk is tried again."""

SYNC_SECONDS = 1.0
"""The most that a power cut can take."""

GATHER_SECONDS = 0.005
"""Events of this long are written together: the most that a killed process can take."""

AT_ONCE = 16
"""Events that are written out before other threads have their turn."""


class GoOn:
    """Nothing waits at the moment."""


GO_ON = GoOn()


@dataclass(frozen=True, slots=True)
class Mark:
    """Asks how many events were written when everything before it was."""

    reached: threading.Event = field(default_factory=threading.Event)
    counts: list[int] = field(default_factory=list)


class Writer(threading.Thread):
    """Writes the events of a queue, a few at a time: no other thread waits for long on its account.

    Args:
        spool: Takes the events.
        queue: Notes, marks, and None to end.
        told: Set whenever something was written.
        lose: Called with how many events cannot be kept.
    """

    def __init__(
        self,
        spool: Spool,
        queue: SimpleQueue[Note | Mark | None],
        told: threading.Event,
        lose: Callable[[int], None],
    ) -> None:
        super().__init__(name="paylens-log-writer", daemon=True)
        self._spool = spool
        self._queue = queue
        self._told = told
        self._lose = lose
        self._synced = time.monotonic()
        self.stuck = False
        self.count = 0

    def run(self) -> None:
        """Write until the end; a disk that is full is tried until then."""
        try:
            self._write(b"")
            while self._step():
                pass
            self._write(b"", sync=True)
        finally:
            # Were this thread to die, nothing would be kept: better that it shows.
            self.stuck = True
            self._told.set()

    def _step(self) -> bool:
        """Write some of what waits; return whether there may be more."""
        try:
            item: Note | Mark | GoOn | None = self._queue.get(
                timeout=AGAIN_SECONDS if self.stuck else SYNC_SECONDS
            )
        except Empty:
            self._write(b"", sync=True)
            return True
        if isinstance(item, Note):
            # To be woken for each event would cost the request path more than the event itself.
            time.sleep(GATHER_SECONDS)
        lines: list[bytes] = []
        taken = 0
        while isinstance(item, Note):
            lines += self._encoded(item)
            taken += 1
            item = self._next() if taken < AT_ONCE else GO_ON
        if lines:
            self._write(b"\n".join((*lines, b"")))
            self.count += len(lines)
            self._told.set()
        if isinstance(item, Mark):
            item.counts.append(self.count)
            item.reached.set()
        return item is not None

    def _encoded(self, note: Note) -> list[bytes]:
        """Return the line of ``note``; none of one that cannot be written as JSON."""
        try:
            return [line(note)]
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            # The others must not be lost with it, nor every answer after them be refused.
            LOG.error("the event of %s cannot be encoded and is lost (%s)", note.id, error)  # noqa: TRY400
            self._lose(1)
            return []

    def _next(self) -> Note | Mark | GoOn | None:
        try:
            return self._queue.get_nowait()
        except Empty:
            return GO_ON

    def _write(self, lines: bytes, *, sync: bool = False) -> None:
        try:
            self._spool.write(lines)
            if sync or time.monotonic() - self._synced > SYNC_SECONDS:
                self._spool.sync()
                self._synced = time.monotonic()
        except OSError as error:
            if not self.stuck:
                LOG.warning("the log's spool %s: %s", self._spool.folder, error.strerror)
            self.stuck = True
        else:
            if self.stuck:
                LOG.warning("the log's spool %s takes events again", self._spool.folder)
            self.stuck = False
