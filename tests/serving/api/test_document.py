from typing import Any

import pytest
from fastapi import FastAPI

from serving.security.scopes import NEEDED, Open


@pytest.fixture
def operations(app: FastAPI) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    }


def test_each_route_says_how_callers_are_known_and_what_the_gate_answers(
    operations: dict[tuple[str, str], dict[str, Any]],
) -> None:
    for route, operation in operations.items():
        closed = not isinstance(NEEDED[route], Open)
        assert ("security" in operation) == closed, route
        assert ({"401", "403"} <= set(operation["responses"])) == closed, route
        assert ("429" in operation["responses"]) == (NEEDED[route] is not Open.ALWAYS), route
        assert ("requestBody" in operation) == ("413" in operation["responses"]), route
        if closed:
            assert f"scope `{NEEDED[route]}`" in operation["description"]


def test_both_ways_to_say_who_asks_are_described(app: FastAPI) -> None:
    schemes = app.openapi()["components"]["securitySchemes"]
    assert schemes["key"]["name"] == "X-API-Key"
    assert schemes["token"]["scheme"] == "bearer"
    assert app.openapi() is app.openapi()
