from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from serving.log import migrate
from serving.log.address import Address
from serving.log.journal import Journal
from serving.log.store import Store
from tests.conftest import require
from tests.serving.log import postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A real PostgreSQL that the tests share; those that stop it start it again."""
    require(postgres.found(), "PostgreSQL (make postgres)")
    with postgres.Cluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """An empty log of either kind, its tables made."""
    if request.param == "sqlite":
        return made(Address.read(f"sqlite:///{tmp_path}/log.db"))
    return made(Address.read(request.getfixturevalue("cluster").make(f"log_{uuid4().hex}")))


@pytest.fixture
def sqlite(tmp_path: Path) -> Address:
    """An empty log in a file, its tables made."""
    return made(Address.read(f"sqlite:///{tmp_path}/log.db"))


@pytest.fixture
def store(address: Address) -> Iterator[Store]:
    store = Store(address)
    yield store
    store.close()


@pytest.fixture
def journal(sqlite: Address, tmp_path: Path) -> Iterator[Journal]:
    """A journal that runs."""
    journal = Journal(sqlite, tmp_path / "spool")
    with journal:
        yield journal


def made(address: Address) -> Address:
    store = Store(address, create=True)
    migrate.upgrade(store)
    store.close()
    return address
