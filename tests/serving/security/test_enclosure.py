"""The application in its enclosure: what each address takes, and what other sites are told."""

import re

import pytest

from serving.security.access import Access
from serving.security.enclosure import ONE
from tests.conftest import CHECKOUT
from tests.serving.security.conftest import Serve

SITE = "https://hr.example"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("address", ["/v1/predictions", "/v1/skills/premium", "/"])
def test_a_request_about_one_job_may_not_be_as_large_as_one_about_many(
    serve: Serve, address: str
) -> None:
    response = serve(Access()).post(address, content=b"[" * (ONE + 1), headers=JSON)
    assert response.status_code == 413
    assert response.json()["type"] == "/problems/too-large"


@pytest.mark.parametrize("address", ["/v1/predictions/batch", "/v1/outcomes"])
def test_a_batch_and_outcomes_may_be_as_large_as_the_setting_says(
    serve: Serve, address: str
) -> None:
    client = serve(Access(max_body=2 * ONE))
    taken = client.post(address, content=b" " * (ONE + 1), headers=JSON)
    refused = client.post(address, content=b" " * (2 * ONE + 1), headers=JSON)
    assert (taken.status_code, refused.status_code) == (422, 413)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"Origin": "https://elsewhere.example"}, "origin"),
        ({"Access-Control-Request-Method": "DELETE"}, "method"),
        ({"Access-Control-Request-Headers": "X-Other"}, "headers"),
    ],
)
def test_what_a_browser_may_not_send_is_refused_as_a_problem(
    serve: Serve, changed: dict[str, str], found: str
) -> None:
    asks = {"Origin": SITE, "Access-Control-Request-Method": "POST"} | changed
    response = serve(Access(cors_origins=(SITE,))).options("/v1/predictions", headers=asks)
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (response.status_code, problem["type"]) == (403, "/problems/other-site")
    assert found in problem["detail"]
    assert problem["request_id"] == response.headers["x-request-id"]
    assert int(response.headers["content-length"]) == len(response.content)


def test_pages_of_sites_that_are_let_in_may_read_every_header_of_ours(serve: Serve) -> None:
    code = [path.read_text("utf-8") for path in (CHECKOUT / "serving" / "api").glob("*.py")]
    ours = {name for text in code for name in re.findall(r'"(Paylens-[\w-]+)"', text)}
    assert len(ours) >= 5
    response = serve(Access(cors_origins=(SITE,))).get("/healthz", headers={"Origin": SITE})
    told = set(response.headers["access-control-expose-headers"].split(", "))
    assert ours | {"Idempotency-Replayed", "Content-Disposition"} <= told
