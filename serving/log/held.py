"""The events of one file, held back until all of it is scored: they count together or not at all.

They lie in a folder of the spool that is nobody's to deliver. Its name is changed in one step once
the file is scored, and then it is delivered as what a dead process left is, by whoever comes first.
What a process held that died is thrown away: nobody was answered.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from serving.log.spool import HELD, locked


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of a file: events, their bytes, and events for which there was no room."""

    events: int
    size: int
    lost: int


class Held:
    """The folder of one file's events; this process's own until it is let go of.

    Args:
        root: The folder of all folders of the spool.
        file: Id of the file's answer.
        room: Bytes that may be written to it.
        refuse: Whether a file is refused whose events cannot be kept.

    Raises:
        OSError: The disk is full or broken.
    """

    def __init__(self, root: Path, file: str, room: int, *, refuse: bool) -> None:
        self.folder = root / f"{file}{HELD}"
        self.room = room
        self.refuse = refuse
        self.written: Written | None = None
        self._lock = locked(self.folder)

    def release(self, written: Written) -> None:
        """Let what was ``written`` be delivered, whatever happens from now on."""
        self.folder = self.folder.rename(self.folder.with_suffix(""))
        self.written = written

    def let_go(self) -> None:
        """Give the folder up; what was not released is thrown away."""
        if self.written is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


class Files:
    """The files whose events one process holds back or has released, and the room they take.

    Args:
        root: The folder of all folders of the spool.
        refuse: Whether a file is refused whose events cannot be kept.

    Attributes:
        promised: Bytes that may still be written of files being scored.
        waiting: Bytes of scored files that were not delivered yet.
        events: Events of those.
    """

    def __init__(self, root: Path, *, refuse: bool) -> None:
        self._root = root
        self._refuse = refuse
        self._counting = threading.Lock()
        self._held: dict[Path, int] = {}
        self._released: dict[Path, Written] = {}
        # As of the last count: whoever answers asks often, and must not look at the disk.
        self.promised = self.waiting = self.events = 0

    @contextmanager
    def hold(self, file: str, room: int) -> Iterator[Held]:
        """Hold back the events of a file, thrown away at the end unless they were released.

        Args:
            file: Id of the file's answer.
            room: Bytes that may be written.

        Raises:
            OSError: The disk is full or broken.
        """
        held = Held(self._root, file, room, refuse=self._refuse)
        place = held.folder
        self.count({place: room})
        try:
            yield held
        finally:
            held.let_go()
            with self._counting:
                del self._held[place]
                if held.written is not None:
                    self._released[held.folder] = held.written
            self.count()

    def count(self, held: dict[Path, int] | None = None) -> None:
        """Count again what there is, without what was delivered, and with what is ``held`` now."""
        with self._counting:
            self._held |= held or {}
            for folder in [each for each in self._released if not each.exists()]:
                del self._released[folder]
            waiting = self._released.values()
            self.promised = sum(self._held.values())
            self.waiting = sum(each.size for each in waiting)
            self.events = sum(each.events for each in waiting)
