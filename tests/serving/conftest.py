"""The service on the small model, without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion


@pytest.fixture(scope="session")
def app(model_folder: Path) -> FastAPI:
    champion = Champion(model_folder, None)
    assert champion.refresh()
    return assemble(champion, Recogniser(Stages()))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def empty_client() -> Iterator[TestClient]:
    """A service without any model."""
    with TestClient(assemble(Champion(None, None), Recogniser(Stages()))) as client:
        yield client
