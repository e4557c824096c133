"""Spans as a collector receives them: decoded from OTLP over HTTP by a collector of the test."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.observe.traces import Traces, wanted

WORD = "zorkmancer"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector(ThreadingHTTPServer):
    """What a collector was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.bodies: list[bytes] = []
        self.paths: list[str] = []

    @property
    def spans(self) -> list[Any]:
        return [
            span
            for resource in self.resources
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    @property
    def resources(self) -> list[Any]:
        return [
            resource
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        ]


class Receiver(BaseHTTPRequestHandler):
    """Takes what exporters post."""

    server: Collector

    def do_POST(self) -> None:  # the base class names it so
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        self.server.paths.append(self.path)
        self.server.bodies.append(body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    to = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", to)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def ask(model_folder: Path, traces: Traces) -> None:
    champion = Champion(model_folder, None)
    champion.refresh()
    app = assemble(champion, Recogniser(Stages()), traces=traces, beside=[traces])
    with TestClient(app) as client:
        client.post(
            "/v1/predictions",
            json={"title": WORD},
            headers={"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "a-1"},
        )
        client.get(f"/v1/vocabulary/roles?q={WORD}", headers={"User-Agent": WORD})


def attributes(span: Any) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes
    }


def named(collector: Collector) -> str:
    attributes = collector.resources[0].resource.attributes
    return next(str(each.value.string_value) for each in attributes if each.key == "service.name")


def test_a_collector_receives_a_span_for_each_request(
    collector: Collector, model_folder: Path
) -> None:
    traces = Traces.configured()
    assert traces is not None
    ask(model_folder, traces)
    assert set(collector.paths) == {"/v1/traces"}
    first, second = collector.spans
    assert (first.name, second.name) == ("POST /v1/predictions", "GET /v1/vocabulary/{name}")
    assert (first.trace_id.hex(), first.parent_span_id.hex()) == (TRACE, PARENT)
    assert second.trace_id.hex() != TRACE
    assert first.end_time_unix_nano > first.start_time_unix_nano
    told = attributes(first)
    assert told["http.response.status_code"] == 422
    assert told["http.route"] == "/v1/predictions"
    assert told["paylens.request_id"] == "a-1"
    assert told["paylens.problem"] == "/problems/unknown-word"
    named = {
        each.key: each.value.string_value for each in collector.resources[0].resource.attributes
    }
    assert named["service.name"] == "paylens"


def test_no_word_of_a_request_is_sent(collector: Collector, model_folder: Path) -> None:
    traces = Traces.configured()
    assert traces is not None
    ask(model_folder, traces)
    assert len(collector.spans) == 2
    assert all(WORD.encode() not in body for body in collector.bodies)


def test_the_name_of_the_environment_wins(
    collector: Collector, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "pay-eu")
    traces = Traces.configured()
    assert traces is not None
    ask(model_folder, traces)
    named = {
        each.key: each.value.string_value for each in collector.resources[0].resource.attributes
    }
    assert named["service.name"] == "pay-eu"


TO = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("environment", "whether"),
    [
        ({}, False),
        (TO, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        (TO | {"OTEL_SDK_DISABLED": "true"}, False),
        (TO | {"OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_traces_are_kept_only_where_the_environment_says_where_to(
    environment: dict[str, str], *, whether: bool
) -> None:
    assert wanted(environment) is whether
