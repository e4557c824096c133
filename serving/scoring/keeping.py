"""How the decision log's events of a file are to be kept, told to the process that scores it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the events of a file are kept.

    Attributes:
        folder: Where they are written to (``serving.log.held``).
        room: Bytes that they may take.
        refuse: Whether a file is refused whose events cannot be kept; else they are counted.
        head: What each event begins with (``serving.log.event.head``); its id is the file's.
        began_ns: When the work on the file began, nanoseconds since 1970.
    """

    folder: str
    room: int
    refuse: bool
    head: Mapping[str, Any]
    began_ns: int
