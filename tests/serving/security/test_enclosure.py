"""The application in its enclosure: what each address takes, and what other sites are told."""

import pytest

from serving.security.access import Access
from serving.security.enclosure import ONE
from tests.serving.security.conftest import Serve

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
