"""The decision log of one process: what the request path tells, and what is told of it."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self

from data.errors import LogError, LogFullError
from serving.log.address import Address
from serving.log.event import Note
from serving.log.forward import Forwarder
from serving.log.held import Files, Held
from serving.log.spool import FULL, Spool, folders
from serving.log.writer import Mark, Writer

if TYPE_CHECKING:
    from serving.log.store import Store

LOG = logging.getLogger("uvicorn.error")

MOST_QUEUED = 4096
"""Answers that wait in memory for the spool, at most."""

MOST_BYTES = 1024**3
"""Bytes that wait in this process's spool for the store, at most: about a million events."""

STOP_SECONDS = 2.5
"""How long the end of a process waits for the store: what it has not then, the spool keeps."""

OPENING_SECONDS = 1.0
"""How long a thread waits while another opens the store."""


@dataclass(frozen=True, slots=True)
class JournalStatus:
    """How the log of one process does.

    Attributes:
        queued: Answers in memory, not yet in the spool.
        spooled: Events in this process's spool, not yet in the store.
        spool_bytes: Bytes of those.
        lost: Events that could not be kept.
        set_aside: Events that the database refuses for what they hold, kept beside the spool.
        lag_seconds: How long the store has not had all there was.
        full: Whether no event can be kept at present.
        trouble: Why the store does not take events; None when it does.
    """

    queued: int
    spooled: int
    spool_bytes: int
    lost: int
    set_aside: int
    lag_seconds: float
    full: bool
    trouble: str | None


class Journal:
    """Keeps an event of every answer, off the path of the request.

    Args:
        address: Where the events end up.
        spool: The folder they wait in.
        refuse: Whether an answer is refused whose event cannot be kept; else it is given and the
            event counted as lost.
        most_bytes: Bytes that wait in the spool, at most.
        most_queued: Answers that wait in memory, at most.
    """

    def __init__(
        self,
        address: Address,
        spool: Path,
        *,
        refuse: bool = True,
        most_bytes: int = MOST_BYTES,
        most_queued: int = MOST_QUEUED,
    ) -> None:
        self.address = address
        self.root = spool
        self._refuse = refuse
        self._most_bytes = most_bytes
        self._most_queued = most_queued
        self._queue: SimpleQueue[Note | Mark | None] = SimpleQueue()
        self._files = Files(spool, refuse=refuse)
        self._counting = threading.Lock()
        self._opening = threading.Lock()
        self._threads: tuple[Spool, Writer, Forwarder] | None = None
        self._ready = False
        self._started = 0
        self.lost = 0

    # The path of a request.

    def note(self, note: Note) -> None:
        """Take ``note``, to be kept.

        Raises:
            LogFullError: It cannot be, and the policy is to refuse the answer then.
        """
        if self.full:
            if self._refuse:
                raise LogFullError(FULL)
            self._lose(1)
            return
        self._queue.put(note)

    def require_room(self) -> None:
        """Check that answers can be given.

        Raises:
            LogFullError: No event can be kept, and the policy is to refuse answers then.
        """
        if self._refuse and self.full:
            raise LogFullError(FULL)

    @contextmanager
    def hold(self, file: str) -> Iterator[Held | None]:
        """Hold back the events of a file, thrown away at the end unless they were released.

        A file has half of the room that is left, so that other answers always have some. Yields
        None where no event of it can be kept, and the policy is to answer all the same.

        Args:
            file: Id of the file's answer.

        Raises:
            LogFullError: No event can be kept, and the policy is to refuse answers then.
        """
        self.require_room()
        room = max(self._most_bytes - self._spooled - self._files.promised, 0) // 2
        with ExitStack() as stack:
            try:
                held = stack.enter_context(self._files.hold(file, room))
            except OSError as error:
                if self._refuse:
                    raise LogFullError(FULL) from error
                self._lose(1)
                yield None
                return
            yield held
        if held.written is not None:
            self._lose(held.written.lost)
            if self._threads is not None:
                self._threads[2].look()

    @property
    def trouble(self) -> str | None:
        """Return what is wrong with the log, in words for anyone; None where nothing is."""
        if self.full:
            return "no entry can be kept at present"
        if self._threads is not None and self._threads[2].trouble is not None:
            return "its database takes no entries at present; they wait"
        return None

    @property
    def full(self) -> bool:
        """Return whether no event can be kept at present."""
        if self._threads is None:
            return True
        if self._spooled + self._files.promised > self._most_bytes:
            self._files.count()
        return (
            self._threads[1].stuck
            or self._spooled + self._files.promised > self._most_bytes
            or self._queue.qsize() >= self._most_queued
        )

    @property
    def _spooled(self) -> int:
        """Return the bytes that this process wrote to the spool and the store has not."""
        if self._threads is None:
            return self._files.waiting
        spool, _, forwarder = self._threads
        return spool.written - forwarder.accepted + self._files.waiting

    # The life of the process.

    def start(self) -> None:
        """Begin to keep events; each start needs a stop, and the last one counts."""
        with self._counting:
            self._started += 1
            if self._started > 1:
                return
        told = threading.Event()
        told.set()
        spool = Spool(self.root)
        writer = Writer(spool, self._queue, told, self._lose)
        forwarder = Forwarder(self.opened, self.root, spool.folder, told)
        self._threads = spool, writer, forwarder
        writer.start()
        forwarder.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Bring everything to the store, or where that is away leave it in the spool.

        Args:
            seconds: How long that may take altogether.
        """
        until = time.monotonic() + seconds
        with self._counting:
            self._started = max(self._started - 1, 0)
            if self._started or self._threads is None:
                return
        spool, writer, forwarder = self._threads
        self._queue.put(None)
        writer.join(seconds)
        lost = forwarder.finish(spool.take_rest(), max(until - time.monotonic(), 0.0))
        if lost:
            LOG.error("%d events of the log are lost: its spool is full and its store away", lost)
            self._lose(lost)
        self._threads = None
        spool.close()
        if "store" in self.__dict__:
            self.store.close()

    def __enter__(self) -> Self:
        """Keep events inside the block."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # What is kept.

    @cached_property
    def store(self) -> "Store":
        """The database, not necessarily there."""
        from serving.log.store import Store

        return Store(self.address, create=True, hurried=True)

    def opened(self) -> "Store":
        """Return the database, its tables as this release needs them.

        Raises:
            LogError: It is out of reach, or an administrator has to upgrade it.
        """
        if not self._ready:
            # One thread tries; were all to wait for it in turn, a server that hangs would have
            # each of them wait longer than the one before.
            if not self._opening.acquire(timeout=OPENING_SECONDS):
                raise LogError(f"the log at {self.address} is still being opened; ask again")
            try:
                if not self._ready:
                    from serving.log import migrate

                    self.address.make_room()
                    migrate.settle(self.store)
                    self._ready = True
            finally:
                self._opening.release()
        return self.store

    def settle(self, seconds: float) -> bool:
        """Wait until the store has what was noted before; return whether it has."""
        if self._threads is None:
            return True
        _, _, forwarder = self._threads
        mark = Mark()
        self._queue.put(mark)
        begun = time.monotonic()
        if not mark.reached.wait(seconds):
            return False
        left = seconds - (time.monotonic() - begun)
        return forwarder.wait_for(mark.counts[0], max(left, 0.0))

    @property
    def alone(self) -> bool:
        """Return whether no other process writes to the same spool."""
        own = self._threads[0].folder if self._threads else None
        return all(folder == own for folder in folders(self.root))

    def holds(self, file: str) -> bool:
        """Return whether events of a scored file wait in the spool, let go of by any process.

        Args:
            file: Id of the file's answer.
        """
        return (self.root / file).is_dir()

    def status(self) -> JournalStatus:
        """Return how this process's log does."""
        queued, full = self._queue.qsize(), self.full
        if self._threads is None:
            return JournalStatus(queued, 0, 0, self.lost, 0, 0.0, full, None)
        _, writer, forwarder = self._threads
        self._files.count()
        spooled = max(writer.count - forwarder.delivered, 0) + self._files.events
        return JournalStatus(
            queued=queued,
            spooled=spooled,
            spool_bytes=self._spooled,
            lost=self.lost,
            set_aside=forwarder.set_aside,
            lag_seconds=time.monotonic() - forwarder.level_at if spooled else 0.0,
            full=full,
            trouble=forwarder.trouble,
        )

    def _lose(self, events: int) -> None:
        with self._counting:
            self.lost += events
