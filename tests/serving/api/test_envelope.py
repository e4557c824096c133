import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

from serving.api.envelope import REQUEST_ID, Envelope
from serving.security.headers import SecurityHeaders


@pytest.fixture
def failing() -> TestClient:
    app = FastAPI()

    @app.get("/fails")
    def fails() -> None:
        raise RuntimeError("the secret inside")

    @app.get("/fails-late")
    def fails_late() -> StreamingResponse:
        def parts() -> object:
            yield b"begin"
            raise RuntimeError("too late to say so")

        return StreamingResponse(parts())  # type: ignore[arg-type]

    @app.get("/id")
    async def request_id() -> str:
        return REQUEST_ID.get()

    app.add_middleware(Envelope, beside=SecurityHeaders().beside)
    return TestClient(app)


@pytest.mark.parametrize("given", ["a", "0b7c-4f.~_Z", "x" * 64])
def test_a_sane_request_id_comes_back(client: TestClient, given: str) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "<script>", "é"])
def test_any_other_is_replaced_by_a_new_one(client: TestClient, given: str) -> None:
    headers = {b"X-Request-ID": given.encode()}
    ids = {client.get("/healthz", headers=headers).headers["x-request-id"] for _ in range(2)}
    assert given not in ids
    assert len(ids) == 2
    assert all(len(each) == 32 for each in ids)


def test_a_problem_names_the_request(client: TestClient) -> None:
    response = client.post("/v1/predictions", json={}, headers={"X-Request-ID": "mine"})
    assert response.json()["request_id"] == "mine"


def test_whatever_logs_can_name_the_request(failing: TestClient) -> None:
    assert failing.get("/id", headers={"X-Request-ID": "mine"}).json() == "mine"


def test_what_nobody_foresaw_is_logged_with_the_request_and_shows_nothing_of_it(
    failing: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = failing.get("/fails", headers={"X-Request-ID": "mine"})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    problem = response.json()
    assert (problem["type"], problem["request_id"]) == ("/problems/internal-error", "mine")
    assert "secret" not in response.text
    assert "request mine" in caplog.text
    assert "the secret inside" in caplog.text


def test_an_answer_that_breaks_off_is_not_made_to_look_whole(failing: TestClient) -> None:
    with pytest.raises(RuntimeError, match="too late"):
        failing.get("/fails-late")
