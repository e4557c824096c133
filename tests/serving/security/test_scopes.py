import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from serving.security.scopes import NEEDED, Addresses, Open, Scope


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, Mount):
            found.add(("GET", f"{route.path}/{{path:path}}"))
        else:
            methods = (context.methods or set()) - {"HEAD"}
            found |= {(method, context.path or "") for method in methods}
    return found


def test_every_route_has_a_line_that_says_what_it_needs_and_no_line_is_left_over(
    app: FastAPI,
) -> None:
    assert routes_of(app) == set(NEEDED), "give each route a line in serving/security/scopes.py"


@pytest.mark.parametrize(
    ("method", "path", "need"),
    [
        ("POST", "/v1/predictions", Scope.PREDICT),
        ("GET", "/v1/vocabulary/roles", Open.FORM),
        ("GET", "/static/form.css", Open.ALWAYS),
        ("HEAD", "/static/form.css", Open.ALWAYS),
        ("GET", "/", Open.FORM),
    ],
)
def test_an_address_needs_what_its_line_says(method: str, path: str, need: Scope | Open) -> None:
    assert Addresses().need_of(method, path) == need


@pytest.mark.parametrize(
    "path", ["/v1/predictions/", "/v1/predictionsx", "/v1/vocabulary/roles/x", "/admin", "//", ""]
)
def test_an_address_without_a_line_is_not_there(path: str) -> None:
    with pytest.raises(HTTPException) as refused:
        Addresses({("GET", "/v1/predictions"): Scope.PREDICT}).need_of("GET", path)
    assert refused.value.status_code == 404


def test_a_method_without_a_line_is_refused_and_told_which_have_one() -> None:
    with pytest.raises(HTTPException) as refused:
        Addresses().need_of("DELETE", "/")
    assert refused.value.status_code == 405
    assert refused.value.headers == {"Allow": "GET, POST"}
