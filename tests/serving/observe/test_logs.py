"""One line for each request, in one form with all other lines, and never a person's words."""

import io
import json
import logging
import logging.config
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import Response

from data.errors import SettingError
from data.recognition import Recogniser
from data.stages import Stages
from serving.api.caller import Caller, let_in
from serving.app import assemble
from serving.champion import Champion
from serving.observe.account import request_id
from serving.observe.logs import chosen, config, formatter, request_logger, require_known

WORD = "zorkmancer"
KEYS = {"time", "level", "event", "method", "route", "status", "ms", "model", "problem"}
KEYS |= {"request_id", "tenant", "client"}


@pytest.fixture
def written() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def app(model_folder: Path, written: io.BytesIO) -> FastAPI:
    champion = Champion(model_folder, None)
    champion.refresh()
    log = request_logger("json", "info", written)
    return assemble(champion, Recogniser(Stages()), log=log)


@pytest.fixture
def asked(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def lines(written: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_leaves_one_line_with_what_is_needed(
    asked: TestClient, written: io.BytesIO
) -> None:
    asked.post("/v1/predictions", json={"role": "data_scientist"}, headers={"X-Request-ID": "a-1"})
    (line,) = lines(written)
    assert set(line) == KEYS
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/predictions", 200)
    assert (line["level"], line["event"], line["request_id"]) == ("info", "request", "a-1")
    assert (line["tenant"], line["client"], line["problem"]) == ("local", "anonymous", None)
    assert line["model"] == asked.get("/readyz").json()["model"]
    assert 0 < line["ms"] < 60_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["time"])


def test_no_word_of_a_request_is_written(asked: TestClient, written: io.BytesIO) -> None:
    asked.post("/v1/predictions", json={"title": WORD, "skills": [WORD]})
    asked.post("/v1/predictions", json={WORD: WORD})
    asked.post("/", data={"title": WORD})
    asked.get(f"/v1/vocabulary/roles?q={WORD}", headers={"X-Request-ID": f"{WORD} {WORD}"})
    asked.get(f"/{WORD}")
    asked.request(WORD.upper(), "/")
    assert len(lines(written)) == 6
    assert WORD not in written.getvalue().decode().lower()


def test_who_asks_and_the_id_of_the_request_are_those_that_were_noted(
    app: FastAPI, written: io.BytesIO
) -> None:
    @app.middleware("http")
    async def gate(request: Request, go_on: RequestResponseEndpoint) -> Response:
        let_in(request, Caller("acme", "key-7"))
        return await go_on(request)

    with TestClient(app) as client:
        answer = client.get("/v1/model", headers={"X-Request-ID": "not one: two"})
        client.get("/v1/model", headers={"X-Request-ID": "b-2"})
    made, given = lines(written)
    assert (made["tenant"], made["client"]) == ("acme", "key-7")
    assert made["request_id"] == answer.headers["x-request-id"] != "not one: two"
    assert given["request_id"] == "b-2"


def test_probes_are_said_only_when_they_fail(written: io.BytesIO) -> None:
    log = request_logger("json", "info", written)
    empty = TestClient(assemble(Champion(None, None), Recogniser(Stages()), log=log))
    for path in ("/healthz", "/metrics", "/readyz"):
        empty.get(path)
    (line,) = lines(written)
    assert (line["route"], line["status"], line["problem"]) == (
        "/readyz",
        503,
        "/problems/no-model",
    )


def test_an_error_of_ours_is_a_line_of_its_level(
    app: FastAPI, asked: TestClient, written: io.BytesIO
) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("this is our fault")

    assert asked.get("/broken").status_code == 500
    (line,) = lines(written)
    assert (line["level"], line["status"]) == ("error", 500)


def test_the_id_of_a_request_is_also_taken_from_the_answer() -> None:
    scope = {"headers": [(b"x-request-id", b"theirs")]}
    assert request_id(scope, [(b"X-Request-ID", b"ours")]) == "ours"
    assert request_id(scope) == "theirs"
    assert request_id({"headers": []}) is None


def record(message: str, **more: Any) -> logging.LogRecord:
    return logging.LogRecord("uvicorn.error", logging.INFO, "", 0, message, None, None, **more)


def test_other_lines_have_the_same_form() -> None:
    line = json.loads(formatter("json").format(record("Shutting down")))
    assert line["event"] == "Shutting down"
    assert (line["level"], line["logger"]) == ("info", "uvicorn.error")
    assert line["time"].endswith("Z")


def test_at_a_terminal_lines_are_for_eyes(written: io.BytesIO) -> None:
    request_logger("console", "info", written).info("request", status=200)
    said = written.getvalue().decode()
    assert "status" in said
    assert not said.startswith("{")
    assert "Shutting down" in formatter("console").format(record("Shutting down"))


def test_what_is_no_terminal_gets_json() -> None:
    assert chosen("auto") in ("console", "json")
    assert chosen("json") == "json"


def test_the_configuration_is_one_that_python_takes() -> None:
    told = config("json", "info")
    assert json.loads(json.dumps(told)) == told  # handed to workers as it is
    logging.config.DictConfigurator(told)


@pytest.mark.parametrize(("log_format", "level"), [("xml", "info"), ("json", "loud")])
def test_a_form_or_level_nobody_knows_is_refused(log_format: str, level: str) -> None:
    with pytest.raises(SettingError, match="it may be"):
        require_known(log_format, level)
