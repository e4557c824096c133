"""The shape of the log's tables, brought up to date by Alembic."""

import fcntl
from pathlib import Path

from sqlalchemy import Column, MetaData, Table, Text, inspect, select

from data.errors import LogError
from serving.log.store import WRITES, Store

FOLDER = Path(__file__).parent / "migrations"

NEWEST = "0001"
"""The revision that this release reads and writes."""

VERSION_TABLE = "log_version"
_VERSION = Table(VERSION_TABLE, MetaData(), Column("version_num", Text))


def revision(store: Store) -> str | None:
    """Return the revision that the database of ``store`` has; None before the first.

    Raises:
        LogError: It is out of reach.
    """
    with store.reading() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        return connection.scalar(select(_VERSION.c.version_num))


def check(store: Store) -> None:
    """Check that the database of ``store`` has the newest shape.

    Raises:
        LogError: It has not, or is out of reach.
    """
    found = revision(store)
    if found is not None and found > NEWEST:
        raise LogError(
            f"the log at {store.address} has revision {found}, this release knows {NEWEST}; "
            "use a newer paylens"
        )
    if found != NEWEST:
        raise LogError(
            f"the log at {store.address} has revision {found or 'none'}, this release needs "
            f"{NEWEST}; run paylens-serve log upgrade"
        )


def upgrade(store: Store) -> None:
    """Bring the database of ``store`` to the newest shape.

    Raises:
        LogError: It is out of reach.
    """
    if revision(store) == NEWEST:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with store.telling(), store.engine.connect() as plain:
        connection = plain.execution_options(**{WRITES: True})
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, NEWEST)


def settle(store: Store) -> None:
    """Bring a SQLite log up to date, one process at a time; check any other.

    Raises:
        LogError: It is out of reach, or an administrator has to upgrade it.
    """
    path = store.address.path
    if path is not None:
        with path.with_name(f"{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            upgrade(store)
    check(store)
