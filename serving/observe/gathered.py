"""Lines written together: to write each by itself costs a request more than to make it."""

import asyncio
from contextlib import suppress
from typing import BinaryIO

SECONDS = 0.1
"""How long a line waits for others."""


class Gathered:
    """What is written to ``out`` while an event loop runs goes on its way a little later.

    Writing lets go of the interpreter's lock, and who wants it back has to wait for it. What cannot
    be written, on a full disk, must not break the answer it is about, and is tried again with what
    follows.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._due = False

    def write(self, line: bytes) -> None:
        """Take ``line``."""
        with suppress(OSError):
            self._out.write(line)

    def flush(self) -> None:
        """Have what was taken written soon; at once where no event loop runs."""
        if self._due:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._now()
            return
        self._due = True
        loop.call_later(SECONDS, self._now)

    def _now(self) -> None:
        self._due = False
        with suppress(OSError):
            self._out.flush()
