from pathlib import Path

import pytest
from sqlalchemy import update

from data.errors import LogError
from serving.log import migrate
from serving.log.address import Address
from serving.log.store import Store
from serving.log.tables import METADATA


def test_the_steps_make_the_tables_that_the_code_means(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.reading() as connection:
        options = {"version_table": migrate.VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_upgrading_twice_changes_nothing(store: Store) -> None:
    assert migrate.revision(store) == migrate.NEWEST
    migrate.upgrade(store)
    assert migrate.revision(store) == migrate.NEWEST


def test_a_log_of_a_newer_release_is_refused(store: Store) -> None:
    with store.writing() as chain:
        chain.connection.execute(update(migrate._VERSION).values(version_num="9999"))
    with pytest.raises(LogError, match="use a newer paylens"):
        migrate.check(store)


def test_a_log_that_was_never_upgraded_says_the_command(tmp_path: Path) -> None:
    store = Store(Address.read(f"sqlite:///{tmp_path}/log.db"), create=True)
    with pytest.raises(LogError, match="paylens-serve log upgrade"):
        migrate.check(store)
    migrate.settle(store)
    migrate.check(store)
    store.close()
