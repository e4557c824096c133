"""Where the decision log is kept, read from its setting without opening anything."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from data.errors import LogError
from serving.shown import shown

OFF = "off"
DEFAULT = "sqlite:///.paylens/log.db"
SQLITE = "sqlite:///"
_POSTGRESQL = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://")


@dataclass(frozen=True, slots=True)
class Address:
    """The database of the log.

    Attributes:
        url: As SQLAlchemy takes it.
        path: The file of a SQLite database; None for PostgreSQL.
    """

    url: str
    path: Path | None

    @classmethod
    def read(cls, given: str) -> Self:
        """Return the address that ``given`` names.

        Raises:
            LogError: It names no database that the log can be kept in.

        >>> Address.read("mysql://somewhere")
        Traceback (most recent call last):
            ...
        data.errors.LogError: PAYLENS_LOG: mysql://somewhere is no log; give \
sqlite:///FILE, postgresql://USER@HOST/DATABASE or off
        """
        if given.startswith(SQLITE) and given != SQLITE:
            return cls(given, Path(given.removeprefix(SQLITE)))
        if _POSTGRESQL.match(given):
            if given.partition("?")[0].count("@") > 1:
                # Taken for a part of the host, the driver would tell it.
                raise LogError(
                    f"PAYLENS_LOG: {shown(given)} has an @ in its user or password; write it as %40"
                )
            return cls(_POSTGRESQL.sub("postgresql+psycopg://", given, count=1), None)
        raise LogError(
            f"PAYLENS_LOG: {shown(given)} is no log; give sqlite:///FILE, "
            "postgresql://USER@HOST/DATABASE or off"
        )

    def __str__(self) -> str:
        return self.url if self.path is not None else shown(self.url)

    def must_exist(self) -> None:
        """Check that a SQLite file is there: a command never makes one by a mistyped name.

        Raises:
            LogError: It is not.
        """
        if self.path is not None and not self.path.is_file():
            raise LogError(
                f"{self.path}: no such log; name the service's own with PAYLENS_LOG or --log"
            )

    def make_room(self) -> None:
        """Make the folder of the default log; any other's must be there.

        Raises:
            LogError: The folder is missing or cannot be made.
        """
        if self.path is None:
            return
        folder = self.path.parent
        if self.url == DEFAULT:
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
            except OSError as error:
                raise LogError(
                    f"{folder}: no folder for the log can be made here ({error.strerror}); name "
                    "another place with PAYLENS_LOG, or off"
                ) from error
        if not folder.is_dir():
            raise LogError(f"{folder}: no such folder for the log; make it, or mend PAYLENS_LOG")
