"""What never reaches the application is refused as a problem too, by a real server."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from serving.life.connection import LONGEST_HEAD, Connection


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    app = FastAPI()

    @app.get("/")
    @app.post("/")
    async def answers() -> str:
        return "answered"

    @app.get("/slow")
    async def answers_late() -> str:
        await asyncio.sleep(0.5)
        return "answered"

    config = uvicorn.Config(app, port=0, http=Connection, ws="none", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    ends = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < ends, "the server did not begin within 30 s"
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def told(port: int, *sent: bytes) -> bytes:
    """What the server answers to ``sent``, until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for piece in sent:
            connection.sendall(piece)
            time.sleep(0.01)  # so that the server may read it apart from the next
        answer = b""
        while piece := connection.recv(2**16):
            answer += piece
        return answer


def head(padding: int, method: bytes = b"GET") -> bytes:
    more = b"".join(b"X-%d: %s\r\n" % (n, b"x" * 1000) for n in range(padding // 1000))
    return method + b" / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more


def problem_in(answer: bytes) -> dict[str, object]:
    first, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in first
    problem: dict[str, object] = json.loads(body)
    assert f"x-request-id: {problem['request_id']}".encode() in first
    return problem


@pytest.mark.parametrize("pieces", [1, 20])
def test_a_head_above_the_limit_is_refused_however_it_comes(port: int, pieces: int) -> None:
    whole = head(LONGEST_HEAD + 1000) + b"\r\n"
    step = len(whole) // pieces + 1
    answer = told(port, *(whole[at : at + step] for at in range(0, len(whole), step)))
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert problem_in(answer)["type"] == "/problems/head-too-large"


def test_a_header_without_end_is_given_up(port: int) -> None:
    answer = told(port, head(0) + b"X: ", *[b"x" * 20_000] * 10)
    assert problem_in(answer)["status"] == 431


def test_a_head_that_does_not_come_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.life.connection.HEAD_SECONDS", 0.3)
    assert told(port) == b""
    answer = told(port, head(0))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert "did not come within 0.3 s" in str(problem_in(answer)["detail"])
    first = head(0).replace(b"close", b"keep-alive") + b"\r\n"
    assert told(port, first + head(0)).count(b"HTTP/1.1 ") == 2


def test_an_answer_that_takes_longer_than_a_head_may_is_sent_before_what_follows_is_given_up(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.life.connection.HEAD_SECONDS", 0.2)
    slow = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = told(port, slow + head(0))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 400 ") == 1


def test_a_long_address_is_a_part_of_the_head(port: int) -> None:
    line = b"GET /?" + b"x" * LONGEST_HEAD + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    assert problem_in(told(port, line))["status"] == 431


def test_a_head_below_the_limit_is_answered_in_one_piece_and_in_several(port: int) -> None:
    whole = head(LONGEST_HEAD - 6000) + b"\r\n"
    for sent in ([whole], [whole[:30_000], whole[30_000:]]):
        assert told(port, *sent).startswith(b"HTTP/1.1 200 ")


def test_a_body_before_it_is_no_part_of_a_head(port: int) -> None:
    body = b"x" * (2 * LONGEST_HEAD)
    first = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert told(port, first + body + head(0) + b"\r\n").count(b"HTTP/1.1 200 ") == 2


@pytest.mark.parametrize("junk", [b"\x16\x03\x01\x02\r\n\r\n", b"BREW / HTTP/1.1\r\n\r\n"])
def test_what_is_no_http_is_refused_as_a_problem(port: int, junk: bytes) -> None:
    answer = told(port, junk)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert problem_in(answer)["type"] == "/problems/bad-request"
