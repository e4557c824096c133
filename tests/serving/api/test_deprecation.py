from datetime import UTC, datetime, timedelta, timezone

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import Response

from serving.api.deprecation import deprecated
from serving.api.envelope import Envelope
from serving.api.problems import tell_problems
from serving.security.headers import SecurityHeaders

SINCE = datetime(2026, 12, 1, tzinfo=UTC)
SUNSET = datetime(2027, 6, 1, 2, tzinfo=timezone(timedelta(hours=2)))
LINK = "/docs/new"


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    tell_problems(app)

    @app.get("/old", **deprecated(SINCE, SUNSET, LINK))
    def old(number: int) -> int:
        return number

    @app.get("/older", **deprecated(SINCE, None, LINK))
    def older() -> Response:
        return Response("bare")

    @app.get("/new")
    def new() -> None:
        pass

    app.add_middleware(Envelope, beside=SecurityHeaders().beside)
    return TestClient(app)


@pytest.mark.parametrize(("number", "status"), [("1", 200), ("one", 422)])
def test_a_route_that_will_go_says_when_and_what_to_use(
    client: TestClient, number: str, status: int
) -> None:
    response = client.get("/old", params={"number": number})
    assert response.status_code == status
    assert response.headers["deprecation"] == f"@{int(SINCE.timestamp())}"
    assert response.headers["sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert response.headers["link"] == '</docs/new>; rel="deprecation"'


def test_the_end_may_be_undecided_and_the_answer_bare(client: TestClient) -> None:
    headers = client.get("/older").headers
    assert "deprecation" in headers
    assert "sunset" not in headers


def test_a_route_that_stays_says_nothing(client: TestClient) -> None:
    assert "deprecation" not in client.get("/new").headers


def test_the_document_says_which_routes_will_go(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert [path for path in paths if paths[path]["get"].get("deprecated")] == ["/old", "/older"]
