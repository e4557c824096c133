"""The whole service in production: who gets in, and what the others are told."""

from pathlib import Path
from typing import Any

import pytest
from limits import parse
from starlette.requests import HTTPConnection

from data.errors import SettingError
from serving.api.request import EXAMPLE
from serving.security import keys
from serving.security.access import Access, Provider
from serving.security.gate import address_of
from serving.security.scopes import NEEDED, Open, Scope
from tests.serving.security.conftest import Serve
from tests.serving.security.provider import AUDIENCE, IdentityProvider

OPEN = ["/", "/static/form.css", "/healthz", "/readyz", "/openapi.json", "/v1/vocabulary/roles",
        "/v1/pay-index?track=manager", "/problems/too-large"]  # fmt: skip
CLOSED = [(method, path) for (method, path), need in NEEDED.items() if not isinstance(need, Open)]


@pytest.fixture
def access(path: Path, key: str) -> Access:
    assert key
    return Access(production=True, keys=path)


def test_where_nobody_could_get_in_the_service_does_not_start(path: Path, serve: Serve) -> None:
    kept, _ = keys.create(path, "acme", "", [Scope.PREDICT])
    keys.revoke(path, kept.id)
    with pytest.raises(SettingError, match=r"nobody could get in.*keys create.*OIDC_ISSUER"):
        serve(Access(production=True, keys=path))


@pytest.mark.parametrize("address", OPEN)
def test_the_form_and_what_a_supervisor_asks_are_open(
    serve: Serve, access: Access, address: str
) -> None:
    assert serve(access).get(address).status_code == 200


def test_the_form_is_answered_without_a_key(serve: Serve, access: Access) -> None:
    response = serve(access).post("/", data={"title": "Data scientist", "currency": "USD"})
    assert response.status_code == 200


@pytest.mark.parametrize(("method", "address"), CLOSED)
def test_everything_else_asks_who_is_there(
    serve: Serve, access: Access, method: str, address: str
) -> None:
    response = serve(access).request(method, address, json={})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="paylens"'
    assert response.json()["type"] == "/problems/not-authenticated"


@pytest.mark.parametrize("header", ["X-API-Key: {}", "Authorization: Bearer {}",
                                    "authorization: bearer {}"])  # fmt: skip
def test_a_key_opens_the_api_in_either_header(
    serve: Serve, access: Access, key: str, header: str
) -> None:
    name, _, value = header.format(key).partition(": ")
    response = serve(access).post("/v1/predictions", json=EXAMPLE, headers={name: value})
    assert response.status_code == 200


@pytest.mark.parametrize("given", ["paylens_00000000_x", "x", "é", "Basic eDp5"])
def test_a_wrong_key_is_told_to_be_wrong(serve: Serve, access: Access, given: str) -> None:
    headers = {b"X-API-Key": given.encode()}
    response = serve(access).post("/v1/predictions", json=EXAMPLE, headers=headers)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


def test_a_key_without_the_scope_is_told_which_one_is_needed(
    serve: Serve, access: Access, path: Path
) -> None:
    _, other = keys.create(path, "acme", "", [Scope.ADMIN])
    response = serve(access).get("/v1/model", headers={"X-API-Key": other})
    assert response.status_code == 403
    assert response.json()["type"] == "/problems/not-allowed"
    assert 'scope="predict"' in response.headers["www-authenticate"]


def test_a_token_of_the_identity_provider_opens_the_api_until_it_is_out_of_reach(
    serve: Serve, path: Path, provider: IdentityProvider
) -> None:
    trusted = Provider(provider.issuer, AUDIENCE)
    client = serve(Access(production=True, keys=path, provider=trusted))
    bearer = {"Authorization": f"Bearer {provider.sign()}"}
    assert client.get("/v1/model", headers=bearer).status_code == 200
    provider.stop()
    assert client.get("/v1/model", headers=bearer).status_code == 200
    cold = serve(Access(production=True, keys=path, provider=trusted))
    response = cold.get("/v1/model", headers=bearer)
    assert response.status_code == 503
    assert response.json()["type"] == "/problems/provider-unreachable"
    assert 0 < int(response.headers["retry-after"]) <= 30


def test_an_address_that_is_none_is_not_found_with_or_without_a_key(
    serve: Serve, access: Access, key: str
) -> None:
    client = serve(access)
    for headers in ({}, {"X-API-Key": key}):
        response = client.get("/v1/nothing", headers=headers)
        assert (response.status_code, response.json()["type"]) == (404, "/problems/not-found")


def test_a_method_that_an_address_does_not_take_is_told_which_it_takes(
    serve: Serve, access: Access
) -> None:
    response = serve(access).delete("/v1/predictions")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json()["type"] == "/problems/method-not-allowed"


def test_each_client_has_its_own_rate_and_is_told_it(
    serve: Serve, access: Access, path: Path, key: str
) -> None:
    client = serve(Access(**told(access), rate=parse("2/minute")))
    answers = [client.get("/v1/model", headers={"X-API-Key": key}) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert [each.headers["ratelimit"].partition(";t=")[0] for each in answers] == [
        '"client";r=1',
        '"client";r=0',
        '"client";r=0',
    ]
    last = answers[-1]
    assert last.headers["ratelimit-policy"] == '"client";q=2;w=60'
    assert 0 < int(last.headers["retry-after"]) <= 60
    assert last.json()["type"] == "/problems/too-many-requests"
    _, other = keys.create(path, "globex", "", [Scope.PREDICT])
    fresh = serve(Access(**told(access), rate=parse("2/minute")))
    assert fresh.get("/v1/model", headers={"X-API-Key": other}).status_code == 200


def test_the_form_has_a_rate_of_its_own_by_address(serve: Serve, access: Access, key: str) -> None:
    client = serve(Access(**told(access), rate=parse("9/minute"), form_rate=parse("1/minute")))
    assert [client.get("/").status_code for _ in range(2)] == [200, 429]
    assert client.get("/healthz").status_code == 200
    assert client.get("/v1/model", headers={"X-API-Key": key}).status_code == 200


@pytest.mark.parametrize(
    ("address", "accepts", "words"),
    [("/", "en", "Too many questions"), ("/", "fr", "Trop de questions"),
     ("/?lang=fr", "en", "Trop de questions")],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_people_who_ask_the_form_too_often_see_a_page_in_their_language(
    serve: Serve, access: Access, method: str, address: str, accepts: str, words: str
) -> None:
    client = serve(Access(**told(access), form_rate=parse("1/hour")))
    client.get("/")
    page = client.request(method, address, headers={"Accept-Language": accepts})
    assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert words in page.text
    assert 0 < int(page.headers["retry-after"]) <= 3600
    assert page.headers["ratelimit"].startswith('"form";r=0')
    assert "<form" not in page.text


def test_programs_that_ask_open_addresses_too_often_get_a_problem(
    serve: Serve, access: Access
) -> None:
    client = serve(Access(**told(access), form_rate=parse("1/hour")))
    client.get("/")
    assert client.get("/v1/pay-index").json()["type"] == "/problems/too-many-requests"


def test_wrong_keys_count_against_the_address_and_keep_no_right_one_out(
    serve: Serve, access: Access, key: str
) -> None:
    client = serve(Access(**told(access), form_rate=parse("2/minute")))
    tried = ["k0", "k1", "k2", "k3", key]
    answers = [client.get("/v1/model", headers={"X-API-Key": each}) for each in tried]
    assert [each.status_code for each in answers] == [401, 401, 429, 429, 200]


@pytest.mark.parametrize("address", ["/v1/vocabulary/roles", "/v1/pay-index?track=manager"])
def test_a_key_is_counted_by_itself_also_where_none_is_needed(
    serve: Serve, access: Access, key: str, address: str
) -> None:
    client = serve(Access(**told(access), rate=parse("9/minute"), form_rate=parse("1/minute")))
    known = [client.get(address, headers={"X-API-Key": key}) for _ in range(3)]
    assert [each.headers["ratelimit"].partition(";t=")[0] for each in known] == [
        '"client";r=8',
        '"client";r=7',
        '"client";r=6',
    ]
    unknown = [client.get(address, headers={"X-API-Key": "wrong"}) for _ in range(2)]
    assert [each.status_code for each in unknown] == [200, 429]


def test_a_local_service_asks_nobody_but_may_count(serve: Serve, path: Path) -> None:
    client = serve(Access(keys=path, rate=parse("1/minute")))
    assert [client.get("/v1/model").status_code for _ in range(2)] == [200, 429]


def test_pages_of_other_sites_are_let_in_only_where_they_are_named(
    serve: Serve, access: Access, key: str
) -> None:
    origin = "https://hr.example"
    asks = {"Origin": origin, "X-API-Key": key}
    assert "access-control-allow-origin" not in serve(access).get("/v1/model", headers=asks).headers
    named = serve(Access(**told(access), cors_origins=(origin,)))
    assert named.get("/v1/model", headers=asks).headers["access-control-allow-origin"] == origin
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "X-API-Key"}  # fmt: skip
    assert named.options("/v1/predictions", headers=preflight).status_code == 200
    other = {**asks, "Origin": "https://elsewhere.example"}
    assert "access-control-allow-origin" not in named.get("/v1/model", headers=other).headers


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_is_that_of_one_person(host: str, address: str) -> None:
    connection = HTTPConnection({"type": "http", "client": (host, 1), "headers": []})
    assert address_of(connection) == address


def told(access: Access) -> dict[str, Any]:
    return {"production": access.production, "keys": access.keys}
