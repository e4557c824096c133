"""Lines of the spool that can never be entries, set aside so that the others need not wait."""

import os
from collections.abc import Sequence
from pathlib import Path

NAME = "quarantine.jsonl"


def path_of(root: Path) -> Path:
    """Return the file, beside the processes' folders under ``root``."""
    return root / NAME


def set_aside(root: Path, lines: Sequence[bytes]) -> None:
    """Append ``lines`` and bring them to the disk: the spool lets go of them.

    Raises:
        OSError: The disk is full or broken.
    """
    file = os.open(path_of(root), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    with open(file, "ab") as whole:  # noqa: PTH123  # made with its permissions
        whole.write(b"".join(line + b"\n" for line in lines))
        whole.flush()
        os.fdatasync(file)


def count(root: Path) -> int:
    """Return how many lines were set aside."""
    path = path_of(root)
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)
