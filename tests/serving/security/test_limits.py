import asyncio
import gzip
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from http.client import HTTPConnection

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

from serving.api.envelope import Envelope
from serving.api.problems import tell_problems
from serving.security.headers import SecurityHeaders
from serving.security.limits import Allowance, Limits

SMALL = 1000


@pytest.fixture
def goes_on() -> Iterator[threading.Event]:
    """What a slow route waits for."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def app(goes_on: threading.Event) -> FastAPI:
    app = FastAPI()
    tell_problems(app)

    @app.post("/json")
    async def words(body: dict[str, str]) -> int:
        return len(body)

    @app.post("/stream")
    @app.post("/v1/files")
    async def stream(request: Request) -> int:
        return sum([len(chunk) async for chunk in request.stream()])

    @app.get("/waits")
    async def waits() -> None:
        await asyncio.Event().wait()

    @app.get("/works")
    def works() -> None:
        goes_on.wait(30)

    @app.get("/gives-up")
    async def gives_up() -> None:
        raise TimeoutError

    @app.get("/long")
    async def long() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            yield b"begin "
            await asyncio.sleep(0.5)
            yield b"end"

        return StreamingResponse(parts())

    app.add_middleware(
        Limits, usual=Allowance(SMALL, 0.2), special={"/v1/files": Allowance(10 * SMALL, 60)}
    )
    app.add_middleware(Envelope, beside=SecurityHeaders().beside)
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def connection(app: FastAPI) -> Iterator[HTTPConnection]:
    """A connection to a real server."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, ws="none", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    ends = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < ends, "the server did not begin within 30 s"
        time.sleep(0.01)
    connection = HTTPConnection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
    yield connection
    connection.close()
    server.should_exit = True
    thread.join()


def chunks(total: int) -> Iterator[bytes]:
    for _ in range(total // 100):
        yield b"x" * 100


@pytest.mark.parametrize("path", ["/json", "/stream", "/nowhere"])
def test_a_body_that_says_it_is_too_large_is_not_read(client: TestClient, path: str) -> None:
    response = client.post(path, content=b"x" * (SMALL + 1))
    assert response.status_code == 413
    assert response.json()["type"] == "/problems/too-large"


@pytest.mark.parametrize("path", ["/json", "/stream"])
def test_a_body_in_chunks_is_counted_as_it_comes(client: TestClient, path: str) -> None:
    response = client.post(path, content=chunks(SMALL + 100))
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("stated", [True, False])
def test_a_caller_who_is_still_sending_gets_the_refusal_and_may_ask_again(
    connection: HTTPConnection, stated: bool
) -> None:
    total = 3_000_000
    headers = {"Content-Length": str(total)} if stated else {}
    for _ in range(2):
        connection.request("POST", "/stream", chunks(total), headers, encode_chunked=not stated)
        with connection.getresponse() as response:
            assert response.status == 413
            assert json.load(response)["type"] == "/problems/too-large"


@pytest.mark.parametrize("path", ["/json", "/v1/files"])
def test_a_packed_body_is_refused_as_that(client: TestClient, path: str) -> None:
    packed = gzip.compress(b'{"a": "b"}')
    response = client.post(path, content=packed, headers={"Content-Encoding": "gzip"})
    assert response.status_code == 415
    assert response.json()["type"] == "/problems/unsupported-media-type"
    assert "Content-Encoding is 'gzip'" in response.json()["detail"]
    assert response.headers["accept-encoding"] == "identity"
    assert client.post("/json", json={}, headers={"Content-Encoding": "identity"}).json() == 0


def test_a_body_at_the_limit_is_taken(client: TestClient) -> None:
    assert client.post("/stream", content=b"x" * SMALL).json() == SMALL
    assert client.post("/stream", content=chunks(SMALL)).json() == SMALL


def test_an_address_may_take_more_than_the_others(client: TestClient) -> None:
    assert client.post("/v1/files", content=chunks(10 * SMALL)).json() == 10 * SMALL
    assert client.post("/v1/files", content=chunks(11 * SMALL)).status_code == 413


@pytest.mark.parametrize("path", ["/waits", "/works"])
def test_an_answer_that_does_not_begin_in_time_is_given_up(client: TestClient, path: str) -> None:
    began = time.monotonic()
    response = client.get(path)
    assert time.monotonic() - began < 10
    assert response.status_code == 503
    assert response.json()["type"] == "/problems/too-slow"
    assert "0.2 s" in response.json()["detail"]


def test_an_answer_that_has_begun_may_take_its_time(client: TestClient) -> None:
    assert client.get("/long").text == "begin end"


def test_a_route_that_gives_up_by_itself_is_not_said_to_be_slow(client: TestClient) -> None:
    assert client.get("/gives-up").json()["type"] == "/problems/internal-error"
