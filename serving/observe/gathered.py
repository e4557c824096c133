"""Lines written together, so that not every request makes a system call for its own."""

import asyncio
from contextlib import suppress
from typing import BinaryIO, Self

SECONDS = 0.1
"""How long a line waits for others."""


class Gathered:
    """Takes lines for ``out`` and, while an event loop runs, writes those of a while together.

    Writing lets go of the interpreter's lock, and who wants it back has to wait for it. Lines that
    cannot be written, on a full disk, are gone: they must not break the answers they are about.
    Inside the block lines may wait; none does at its end.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lines: list[bytes] = []
        self._waits_in: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._now()

    def write(self, line: bytes) -> None:
        """Take ``line``."""
        self._lines.append(line)

    def flush(self) -> None:
        """Have what was taken written soon; at once where no event loop runs."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._now()
            return
        if loop is not self._waits_in:
            self._waits_in = loop
            loop.call_later(SECONDS, self._now)

    def _now(self) -> None:
        self._waits_in = None
        lines, self._lines = self._lines, []
        with suppress(OSError):
            self._out.write(b"".join(lines))
            self._out.flush()
