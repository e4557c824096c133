"""Any JSON at any route is answered by the contract or refused by it, and never a 500."""

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings

schemathesis_schema = schemathesis.pytest.from_fixture("openapi")


@pytest.fixture
def openapi(app: FastAPI) -> object:
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@schemathesis_schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_service_or_its_contract(case: schemathesis.Case) -> None:
    case.call_and_validate()
