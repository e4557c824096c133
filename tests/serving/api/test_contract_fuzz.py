"""Any request at any route is answered by the contract or refused by it, and never a 500."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import positive_data_acceptance

ROUTES = (
    ("POST", "/v1/predictions"),
    ("POST", "/v1/predictions/batch"),
    ("POST", "/v1/skills/premium"),
    ("GET", "/v1/vocabulary/{name}"),
    ("GET", "/v1/pay-index"),
    ("GET", "/v1/model"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
)

# No schema can say which words are known roles, so a valid request may still be a 422.
ALLOWED = (positive_data_acceptance,)

# One application is made per session, which hypothesis calls slow for the first example.
QUIET = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_every_route_of_the_document_is_tried(app: FastAPI) -> None:
    documented = {
        (method.upper(), path)
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    assert documented == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_request_breaks_the_service_or_its_contract(
    app: FastAPI, method: str, path: str
) -> None:
    operation = schemathesis.openapi.from_asgi("/openapi.json", app)[path][method]

    @given(operation.as_strategy())
    @QUIET
    def holds(case: Any) -> None:
        case.call_and_validate(excluded_checks=list(ALLOWED))

    holds()


@pytest.mark.parametrize("path", ["/v1/predictions", "/v1/predictions/batch", "/v1/skills/premium"])
def test_any_json_is_an_answer_or_a_problem(client: TestClient, path: str) -> None:
    fields = st.sampled_from(
        [
            "title",
            "role",
            "skills",
            "country",
            "metro",
            "currency",
            "as_of",
            "items",
            "company",
            "person",
        ]
    )

    @given(st.dictionaries(fields, anything) | anything)
    @QUIET
    def holds(body: object) -> None:
        import json

        response = client.post(
            path, content=json.dumps(body), headers={"content-type": "application/json"}
        )
        assert response.status_code in {200, 422}
        if response.status_code == 422:
            assert response.json()["detail"]

    holds()
