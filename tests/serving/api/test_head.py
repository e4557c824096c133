import io
import json

import pytest
from fastapi.testclient import TestClient

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.observe.logs import request_logger
from serving.security.scopes import NEEDED

WHOLE = {"/static/{path:path}": "/static/form.css", "/problems/{slug}": "/problems/too-large",
         "/v1/vocabulary/{name}": "/v1/vocabulary/roles",
         "/v1/pay-index": "/v1/pay-index?track=manager",
         "/v1/predictions/{prediction_id}": "/v1/predictions/none"}  # fmt: skip
VARIES = "/metrics"
"""Its length is another at each request."""


@pytest.mark.parametrize("template", [path for method, path in NEEDED if method == "GET"])
def test_head_is_answered_as_get_without_a_body(client: TestClient, template: str) -> None:
    address = WHOLE.get(template, template)
    got, head = client.get(address), client.head(address)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    if template != VARIES:
        assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers.get("etag") == got.headers.get("etag")


def test_where_get_is_not_taken_neither_is_head(client: TestClient) -> None:
    assert client.head("/v1/predictions").status_code == 405
    assert client.head("/nowhere").status_code == 404


def test_the_account_of_a_head_names_its_route() -> None:
    written = io.BytesIO()
    log = request_logger("json", "info", written)
    with TestClient(assemble(Champion(None, None), Recogniser(Stages()), log=log)) as client:
        client.head("/v1/vocabulary/roles")
    line = json.loads(written.getvalue())
    assert (line["method"], line["route"]) == ("HEAD", "/v1/vocabulary/{name}")


def test_the_document_tells_of_get_alone(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert "head" not in {method for methods in paths.values() for method in methods}


@pytest.mark.parametrize("address", ["/v1/model/", "/v1/predictions/", "/healthz/", "/static"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_with_a_slash_too_many_is_not_found_and_leads_nowhere(
    client: TestClient, method: str, address: str
) -> None:
    # Such a redirect is built from the Host header, so a stranger's would be followed with the key.
    response = client.request(
        method, address, headers={"Host": "elsewhere.example"}, json={}, follow_redirects=False
    )
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/not-found"
    assert "location" not in response.headers
