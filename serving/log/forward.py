"""The thread that brings events from the spool to the store, however long the store is away."""

import logging
import math
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import EntryError, LogError
from serving.log.quarantine import path_of, set_aside
from serving.log.segments import Reader
from serving.log.spool import folders, held_back, left_over

if TYPE_CHECKING:
    from serving.log.chain import Entry
    from serving.log.store import Store

LOG = logging.getLogger("uvicorn.error")

GATHER_SECONDS = 0.25
"""Events of this long go together unless somebody waits: a commit costs as much as many do."""

FIRST_SECONDS, LAST_SECONDS = 0.1, 5.0
"""How long a store that did not answer is left alone: twice as long each time, up to the last."""

LOOK_SECONDS = 5.0
"""How often the folders of processes that died are looked for."""


class Forwarder(threading.Thread):
    """Delivers this process's events in their order, those of files, and what dead processes left.

    An event that is sent twice is kept once: its id is known. One that can never be an entry is
    set aside, so that it holds nobody up.

    Args:
        opened: Returns the store, ready to be written.
        root: The folder of all processes' folders.
        own: This process's folder.
        told: Set by whoever has written something there.
    """

    def __init__(
        self, opened: "Callable[[], Store]", root: Path, own: Path, told: threading.Event
    ) -> None:
        super().__init__(name="paylens-log-forwarder", daemon=True)
        self._opened = opened
        self._root = root
        self._own = own
        self._reader = Reader(own)
        self._told = told
        self._end = threading.Event()
        self._hurry = threading.Event()
        self._moved = threading.Condition()
        self._looked = -LOOK_SECONDS
        self._more = threading.Event()
        self._until = math.inf
        self._pause = FIRST_SECONDS
        self._rest = b""
        self.delivered = 0
        self.set_aside = 0
        self.trouble: str | None = None
        self.level_at = time.monotonic()
        """When the store last had all there was."""

    @property
    def accepted(self) -> int:
        """Return the bytes of this process's spool that the store has."""
        return self._reader.accepted

    def run(self) -> None:
        """Deliver until the end, and then once more all there is."""
        while not self._end.is_set():
            self._told.wait(LOOK_SECONDS)
            self._told.clear()
            self._hurry.clear()
            if not self._try(self._everything):
                self._told.set()
                self._end.wait(self._pause)
                self._pause = min(2 * self._pause, LAST_SECONDS)
            else:
                self._hurry.wait(GATHER_SECONDS)
        self._try(self._last)

    def finish(self, rest: bytes, seconds: float) -> int:
        """End after delivering all, and ``rest`` after it.

        Args:
            rest: What did not fit into the spool; its first line may have begun there.
            seconds: How long at most.

        Returns:
            How many events of ``rest`` are lost.
        """
        self._rest = rest
        self._until = time.monotonic() + seconds
        self._end.set()
        self._hurry.set()
        self._told.set()
        self.join(seconds)
        return self._rest.count(b"\n")

    def look(self) -> None:
        """Deliver soon what is in other folders: one was let go of."""
        self._more.set()
        self._told.set()

    def wait_for(self, count: int, seconds: float) -> bool:
        """Wait until ``count`` events were delivered; return whether they were."""
        self._hurry.set()
        self._told.set()
        with self._moved:
            return self._moved.wait_for(lambda: self.delivered >= count, seconds)

    def _try(self, deliver: Callable[[], None]) -> bool:
        try:
            deliver()
        except (LogError, OSError) as error:
            if self.trouble is None:
                LOG.warning("events wait in the spool: %s", error)
            self.trouble = str(error)
            return False
        if self.trouble is not None:
            LOG.warning("the log takes events again")
        self.trouble = None
        self._pause = FIRST_SECONDS
        return True

    def _everything(self) -> None:
        now = time.monotonic()
        self._drain()
        if self._more.is_set() or now - self._looked >= LOOK_SECONDS:
            self._more.clear()
            try:
                self._others()
            except (LogError, OSError):
                self._more.set()
                raise
            self._looked = now
        self.level_at = now

    def _last(self) -> None:
        self._drain()
        if self._rest:
            self._send((self._reader.torn + self._rest).splitlines())
            self._rest = b""
        self._reader.clear()
        self._others()

    def _others(self) -> None:
        """Deliver what others let go of, and throw away what was never to be delivered."""
        for folder in folders(self._root):
            if folder != self._own:
                self._adopt(folder)
        for folder in held_back(self._root):
            with left_over(folder) as ours:
                if ours:
                    shutil.rmtree(folder, ignore_errors=True)

    def _drain(self) -> None:
        while lines := self._reader.read():
            self._send(lines)
            self._reader.accept(lines)
            with self._moved:
                self.delivered += len(lines)
                self._moved.notify_all()

    def _adopt(self, folder: Path) -> None:
        """Deliver what is in ``folder``: a dead process left it, or it is of a scored file."""
        with left_over(folder) as ours:
            if not ours:
                return
            reader = Reader(folder)
            while lines := reader.read():
                if time.monotonic() > self._until:
                    return
                self._send(lines)
                reader.accept(lines)
                self._drain()
            if reader.torn:
                LOG.warning("%s ends with half an event; it is left out", folder)
            shutil.rmtree(folder)

    def _send(self, lines: list[bytes]) -> None:
        """Bring ``lines`` to the store, or set aside those that it can never take.

        Raises:
            LogError: The store is out of reach; all may be sent again.
            OSError: There is no room to set one aside.
        """
        from serving.log.chain import Entry

        entries: dict[bytes, Entry] = {}
        refused: dict[bytes, str] = {}
        for each in lines:
            try:
                entries[each] = Entry.of(each)
            except ValueError as error:
                refused[each] = str(error)
        try:
            self._append(list(entries.values()))
        except EntryError:
            for each, entry in entries.items():
                try:
                    self._append([entry])
                except EntryError as error:
                    refused[each] = str(error)
        if refused:
            set_aside(self._root, list(refused))
            self.set_aside += len(refused)
            for reason in refused.values():
                LOG.error("an event is set aside in %s: %s", path_of(self._root), reason)

    def _append(self, entries: "list[Entry]") -> None:
        with self._opened().writing() as chain:
            chain.append(entries)
