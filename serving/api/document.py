"""What the OpenAPI document says of access, for every route from the one table of scopes."""

from typing import Any

from fastapi import FastAPI

from serving.api.problems import openapi
from serving.security.scopes import NEEDED, Open

SCHEMES: dict[str, Any] = {
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "A key that paylens-serve keys create made.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key, or a token of the company's identity provider.",
    },
}
"""How callers say who they are where the service runs in production."""

REQUEST_ID: dict[str, Any] = {
    "description": "The caller's own, or a new one.",
    "schema": {"type": "string"},
}


def complete(app: FastAPI) -> None:
    """Let the document of ``app`` name the scope of each route and what the gate may answer."""
    made = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            _describe(made())
        return made()

    app.openapi = document  # type: ignore[method-assign]  # as FastAPI's own pages tell


def _describe(document: dict[str, Any]) -> None:
    document.setdefault("components", {})["securitySchemes"] = SCHEMES
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            need = NEEDED[method.upper(), path]
            responses = operation["responses"]
            for status, response in _of_the_gate(need, "requestBody" in operation).items():
                responses.setdefault(str(status), response)
            for response in responses.values():
                response.setdefault("headers", {})["X-Request-ID"] = REQUEST_ID
            if not isinstance(need, Open):
                operation["security"] = [{"key": []}, {"token": []}]
                text = operation.get("description", "")
                operation["description"] = f"{text}\n\nNeeds the scope `{need}`.".strip()


def _of_the_gate(need: object, body: bool) -> dict[int | str, dict[str, Any]]:
    statuses = [500, 503]
    if need is not Open.ALWAYS:
        statuses.append(429)
    if not isinstance(need, Open):
        statuses += [401, 403]
    if body:
        statuses += [413, 415]
    return openapi(*sorted(statuses))
