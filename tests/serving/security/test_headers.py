import pytest
from fastapi.testclient import TestClient

from serving.api.request import EXAMPLE
from serving.security.headers import SecurityHeaders

NAMES = ("content-security-policy", "referrer-policy", "x-content-type-options")


@pytest.mark.parametrize("path", ["/", "/static/form.css", "/healthz", "/v1/model", "/nowhere"])
def test_every_answer_forbids_the_browser_what_it_does_not_need(
    client: TestClient, path: str
) -> None:
    headers = client.get(path).headers
    assert all(name in headers for name in NAMES)
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_form_keeps_the_policy_that_it_needs(client: TestClient) -> None:
    headers = client.get("/").headers
    assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]
    assert "style-src 'self'" in headers["content-security-policy"]


def test_what_may_be_about_a_person_is_never_kept_and_the_rest_is_asked_again(
    client: TestClient,
) -> None:
    assert client.post("/v1/predictions", json=EXAMPLE).headers["cache-control"] == "no-store"
    assert client.post("/", data={"title": "x"}).headers["cache-control"] == "no-store"
    assert client.get("/v1/model").headers["cache-control"] == "private, no-cache"
    assert client.get("/static/form.css").headers["cache-control"] == "no-cache"


def test_https_is_only_insisted_on_where_it_is_said_to_be_there() -> None:
    assert b"strict-transport-security" not in dict(SecurityHeaders().beside(set()))
    assert b"strict-transport-security" in dict(SecurityHeaders(https=True).beside(set()))
