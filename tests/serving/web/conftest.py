"""A tiny application with nothing but the form, answered by a fake service."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.web import form
from serving.web.language import Language
from tests.serving.web.fake import FakeService

Visit = Callable[[form.Service], TestClient]


@pytest.fixture(scope="session")
def visit() -> Visit:
    """Makes a browser of the form that a service answers."""

    def visit(service: form.Service) -> TestClient:
        app = FastAPI()
        app.include_router(form.router(service))
        return TestClient(app, headers={"accept-language": "en"})

    return visit


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def web(visit: Visit, service: FakeService) -> TestClient:
    return visit(service)


@pytest.fixture(scope="session")
def lasting_web(visit: Visit) -> TestClient:
    return visit(FakeService())


@pytest.fixture(scope="session")
def en() -> Language:
    return Language("en")


@pytest.fixture(scope="session")
def fr() -> Language:
    return Language("fr")
