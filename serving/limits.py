"""How much of the heavy work is taken at once, and where answers with a key are kept."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from data.errors import SettingError

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process of the service takes at once.

    Attributes:
        batches: Batches answered at once (``PAYLENS_BATCHES``).
        files: Files scored at once (``PAYLENS_FILES``).
        file_rows: Most rows of a file (``PAYLENS_FILE_ROWS``).
        file_megabytes: Most of an upload (``PAYLENS_FILE_MEGABYTES``).
        file_memory_megabytes: Most memory of the process that scores a file
            (``PAYLENS_FILE_MEMORY_MEGABYTES``).
        idempotency: The folder of answers with a key (``PAYLENS_IDEMPOTENCY``).
        idempotency_hours: How long they are kept (``PAYLENS_IDEMPOTENCY_HOURS``).
        idempotency_megabytes: Most of them all (``PAYLENS_IDEMPOTENCY_MEGABYTES``); past it the
            oldest go first.
    """

    batches: int = 2
    files: int = 2
    file_rows: int = 1_000_000
    file_megabytes: int = 512
    file_memory_megabytes: int = 4096
    idempotency: Path = Path(".paylens/idempotency")
    idempotency_hours: int = 24
    idempotency_megabytes: int = 2048

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the limits in ``environment``; those it does not name are as they are by default.

        Raises:
            SettingError: One is no whole number above 0.
        """
        plain = cls()
        folder = environment.get("PAYLENS_IDEMPOTENCY")
        numbers = {
            name: above_zero(environment, f"PAYLENS_{name.upper()}", getattr(plain, name))
            for name in cls.__slots__
            if name != "idempotency"
        }
        return cls(**numbers, idempotency=Path(folder) if folder else plain.idempotency)


def above_zero(environment: Mapping[str, str], name: str, default: int) -> int:
    """Return the whole number that ``environment`` calls ``name``, else ``default``.

    Raises:
        SettingError: It is none, or not above 0.
    """
    given = environment.get(name, "").strip()
    if not given:
        return default
    if not given.isdecimal() or int(given) == 0:
        raise SettingError(f"{name} is {given!r}; it must be a whole number above 0")
    return int(given)
