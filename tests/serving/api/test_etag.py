import pytest
from fastapi.testclient import TestClient

PATHS = ["/v1/model", "/v1/vocabulary/roles", "/v1/vocabulary/skills?q=py"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("held", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_caller_has_is_not_sent_again(client: TestClient, path: str, held: str) -> None:
    tag = client.get(path).headers["etag"]
    response = client.get(path, headers={"If-None-Match": held.format(tag)})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == tag


@pytest.mark.parametrize("path", PATHS)
def test_what_the_caller_does_not_have_is_sent(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"If-None-Match": '"other"'})
    assert response.status_code == 200
    assert response.json()


def test_other_answers_have_other_tags(client: TestClient) -> None:
    assert len({client.get(path).headers["etag"] for path in PATHS}) == len(PATHS)
