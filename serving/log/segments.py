"""Lines of events in numbered files of one folder: written at one end, let go of at the other."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

SEGMENT = 1024 * 1024
"""Bytes after which a new file is begun; a file goes once the store has all of it."""

CHUNK = 128 * 1024
"""Bytes that are read at once, about a hundred events."""


class Segments:
    """Writes lines to the files of a folder.

    Args:
        folder: It must be there at the first line.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0
        self._file: int | None = None
        self._in_file = 0
        self._rest = b""
        self._dirty = False
        self.written = 0

    def write(self, lines: bytes) -> None:
        """Append ``lines``; what does not fit is kept and tried again with the next call.

        Raises:
            OSError: The disk is full or broken, or the file was removed.
        """
        self._rest += lines
        self._make_ready()
        while self._rest:
            if self._file is None:
                self._number += 1
                path = self.folder / f"{self._number:08d}.jsonl"
                self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
                self._in_file = 0
            if not os.fstat(self._file).st_nlink:
                # It would take all that is written, and nobody could ever read it.
                raise OSError(errno.ENOENT, "its file was removed while it was in use")
            done = os.write(self._file, self._rest)
            self._rest = self._rest[done:]
            self._in_file += done
            self.written += done
            self._dirty = True
        # Never amid a line: a file that another follows ends with a whole one.
        if self._in_file >= SEGMENT:
            self.sync()
            self._end_file()

    def sync(self) -> None:
        """Bring what was written to the disk itself, for the day the power fails."""
        if self._dirty and self._file is not None:
            os.fdatasync(self._file)
            self._dirty = False

    def take_rest(self) -> bytes:
        """Return what could not be written, for whoever can still take it."""
        rest, self._rest = self._rest, b""
        return rest

    def close(self) -> None:
        """Let go of the last file."""
        self._end_file()

    def _make_ready(self) -> None:
        """Do what must be done before the first file is begun."""

    def _end_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def segments(folder: Path) -> list[Path]:
    """Return the files of events in ``folder``, in the order they were written."""
    return sorted(folder.glob("*.jsonl"))


@dataclass
class Reader:
    """Reads the events of a folder from where the store has them.

    Attributes:
        folder: A process's folder.
        accepted: Bytes that the store has.
    """

    folder: Path
    accepted: int = 0
    _name: str = ""
    _offset: int = 0

    def read(self) -> list[bytes]:
        """Return some whole lines; none when all were read. ``accept`` moves on past them."""
        for path in segments(self.folder):
            if path.name < self._name:
                continue
            if path.name > self._name:
                self._done_with(self._name)
                self._name, self._offset = path.name, 0
            with path.open("rb") as file:
                file.seek(self._offset)
                chunk = file.read(CHUNK)
                while chunk and b"\n" not in chunk and (more := file.read(CHUNK)):
                    chunk += more
            whole, end, _ = chunk.rpartition(b"\n")
            if end:
                return whole.split(b"\n")
        return []

    def accept(self, lines: list[bytes]) -> None:
        """Move past ``lines``, which ``read`` gave and the store has."""
        size = sum(map(len, lines)) + len(lines)
        self._offset += size
        self.accepted += size

    def clear(self) -> None:
        """Remove the last file too, once nobody writes to it any more."""
        self._done_with(self._name)
        self._name, self._offset = "~", 0

    @property
    def torn(self) -> bytes:
        """Return the beginning of a line whose writer could not write the rest of it."""
        path = self.folder / self._name
        return path.read_bytes()[self._offset :] if self._name and path.is_file() else b""

    def _done_with(self, name: str) -> None:
        path = self.folder / name
        if name:
            path.unlink(missing_ok=True)
