"""The database of the log: SQLite in a file, or PostgreSQL."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DataError, SQLAlchemyError

from data.errors import EntryError, LogError
from serving.log.address import Address
from serving.log.chain import Chain

WRITES = "paylens_writes"

PATIENCE_SECONDS = 5
"""How long a dead database, or another writer of the SQLite file, is waited for."""


class Store:
    """The log's database; may be used from several threads.

    Args:
        address: Where it is.
        create: Whether a SQLite file that is not there is made.
        hurried: Whether PostgreSQL has seconds for each statement, however it hangs; commands
            that go through the whole log have all the time it takes.
    """

    def __init__(self, address: Address, *, create: bool = False, hurried: bool = False) -> None:
        self.address = address
        self.engine = (
            _sqlite(address, create=create) if address.path else _postgresql(address, hurried)
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection; all that is read through it is of one moment.

        Raises:
            LogError: The database is out of reach or not made for this release.
        """
        with self.telling(), self.engine.connect() as connection:
            if self.address.path is None:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Chain]:
        """Yield the chain, to be appended to by nobody else until the block ends.

        Raises:
            LogError: The database is out of reach or not made for this release.
        """
        with self.telling(), self.engine.connect() as connection:
            connection.execution_options(**{WRITES: True})
            with connection.begin():
                yield Chain(connection)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn failures of the database inside the block into one line.

        Raises:
            EntryError: It refuses what it was given for what it holds.
            LogError: It could not do what was asked.
        """
        try:
            yield
        except DataError as error:
            # Not so a broken constraint: a chain that does not fit is none of the entry's faults.
            first = str(error.orig).strip().partition("\n")[0][:200]
            raise EntryError(f"the log at {self.address} refuses an entry ({first})") from error
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            first = str(cause).strip().partition("\n")[0][:200]
            raise LogError(
                f"the log at {self.address} did not answer ({first}); start it, bring it up to "
                "date with paylens-serve log upgrade, or name another with PAYLENS_LOG"
            ) from error


class Place:
    """The file that a SQLite log was first opened as, watched for as long as it is used.

    SQLite itself goes on with a file that was removed, moved or replaced: what it writes then is
    gone with the last connection, and nothing says so.

    Args:
        path: Where it lies.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first: tuple[int, int] | None = None

    def opened(self) -> None:
        """Note which file it is, the first time."""
        self._first = self._first or self._now()

    def require_same(self) -> None:
        """Check that it is still the file that was first opened, if any was.

        Raises:
            LogError: It is another one, or none is there.
        """
        if self._first is not None and self._now() != self._first:
            raise LogError(
                f"{self._path}: the log's file was moved, removed or replaced while it was in use; "
                "bring it back, or start the service anew to go on with what lies there"
            )

    def _now(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _sqlite(address: Address, *, create: bool) -> Engine:
    assert address.path is not None  # noqa: S101  # asked by ``Store``
    place = Place(address.path)
    mode = "rwc" if create else "rw"
    path = str(address.path).replace("?", "%3f").replace("#", "%23")
    engine = sqlalchemy.create_engine(
        f"sqlite:///file:{path}?mode={mode}&uri=true",
        connect_args={"timeout": PATIENCE_SECONDS},
    )

    @event.listens_for(engine, "do_connect")
    def connecting(*_: object) -> None:
        place.require_same()
        # SQLite gives the files beside it the permissions of this one, and says what is wrong.
        if create:
            with suppress(OSError):
                # Never one that is there: to close it would drop SQLite's own locks on it, and
                # another process would remove the WAL that this one goes on writing.
                os.close(os.open(str(address.path), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        # Python's sqlite3 begins transactions late and by itself; SQLAlchemy's begin is ours.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        # What the spool lets go of must outlive a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        place.opened()

    @event.listens_for(engine, "checkout")
    def taken(*_: object) -> None:
        place.require_same()

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: Address, hurried: bool) -> Engine:
    engine = sqlalchemy.create_engine(
        address.url,
        pool_pre_ping=True,
        pool_timeout=PATIENCE_SECONDS,
        connect_args={
            "connect_timeout": PATIENCE_SECONDS,
            "tcp_user_timeout": 1000 * PATIENCE_SECONDS,
            "application_name": "paylens",
        },
    )
    if hurried:

        @event.listens_for(engine, "do_connect")
        def connecting(_: object, __: object, given: list[Any], settings: dict[str, Any]) -> object:
            from serving.log.patience import connected

            return connected(given, settings)

    return engine
