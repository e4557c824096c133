"""OpenTelemetry traces, where they are configured by OpenTelemetry's own variables.

Nothing of it is imported otherwise. A span tells the route's template, the method, the status, the
model and the request's id: it is written here attribute by attribute, as ready-made
instrumentation also sends the query string, and that holds words people typed.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from starlette.types import Scope

from data.errors import SettingError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

NAME = "paylens"


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether ``environment`` says where traces go."""
    to = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    none = environment.get("OTEL_TRACES_EXPORTER", "otlp") != "otlp"
    return any(environment.get(name) for name in to) and not off and not none


class Traces:
    """Begins and ends the span of each request; sends them off from a thread of its own."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(NAME)

    @classmethod
    def configured(cls) -> Self | None:
        """Return the traces that the environment asks for; None where it asks for none.

        Raises:
            SettingError: It asks for them, and OpenTelemetry's exporter is not installed.
        """
        if not wanted():
            return None
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import SERVICE_NAME, Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError as error:
            raise SettingError(
                f"OTEL_EXPORTER_OTLP_ENDPOINT is set, but {error.name} is not installed: install "
                "paylens[otel], or set OTEL_SDK_DISABLED=true"
            ) from error
        # What is given here wins over the environment, which must win.
        named = "OTEL_SERVICE_NAME" in os.environ or SERVICE_NAME in os.environ.get(
            "OTEL_RESOURCE_ATTRIBUTES", ""
        )
        resource = Resource.create({} if named else {SERVICE_NAME: NAME})
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider)

    def begin(self, scope: Scope) -> "Span":
        """Return the span of the request, a child of the caller's where it names one."""
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind

        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        return self._tracer.start_span(
            str(scope["method"]), context=extract(headers), kind=SpanKind.SERVER
        )

    def end(self, span: "Span", told: Mapping[str, Any]) -> None:
        """End ``span`` with what the log tells of the request."""
        from opentelemetry.trace import Status, StatusCode

        span.update_name(f"{told['method']} {told['route']}")
        span.set_attribute("http.request.method", told["method"])
        span.set_attribute("http.route", told["route"])
        span.set_attribute("http.response.status_code", told["status"])
        for name in ("model", "request_id", "tenant", "problem"):
            if told.get(name) is not None:
                span.set_attribute(f"paylens.{name}", told[name])
        if told["status"] >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Send what is left."""
        self._provider.shutdown()


def trace_id(span: "Span") -> str:
    """Return the id that leads from a line of the log to the trace (hex)."""
    return format(span.get_span_context().trace_id, "032x")
