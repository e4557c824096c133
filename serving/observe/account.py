"""The account kept of each request: counted, one line in the log, a span where traces are on."""

from collections.abc import Iterable
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from serving.api.caller import caller_of
from serving.champion import Champion
from serving.observe.logs import REQUEST_ID
from serving.observe.metrics import Metrics
from serving.observe.traces import Traces, trace_id

if TYPE_CHECKING:
    from opentelemetry.trace import Span

Headers = Iterable[tuple[bytes, bytes]]

QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines: said only at the level debug, unless they fail."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"


class Account:
    """Keeps account of the requests that ``app`` answers.

    Args:
        app: What answers.
        champion: Holds the model that answers.
        metrics: Where requests are counted.
        log: Where their lines go; None for nowhere.
        traces: Where their spans go; None for nowhere.
    """

    def __init__(
        self,
        app: ASGIApp,
        champion: Champion,
        metrics: Metrics,
        log: FilteringBoundLogger | None = None,
        traces: Traces | None = None,
    ) -> None:
        self._app = app
        self._champion = champion
        self._metrics = metrics
        self._log = log
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        with self._champion.pinned() as live:
            span = self._traces.begin(scope) if self._traces else None
            status = 500
            headers: Headers = ()

            async def noting(message: Message) -> None:
                nonlocal status, headers
                if message["type"] == "http.response.start":
                    status, headers = message["status"], message.get("headers", ())
                await send(message)

            try:
                await self._app(scope, receive, noting)
            finally:
                seconds = perf_counter() - began
                route = route_of(scope)
                method = scope["method"] if scope["method"] in METHODS else "other"
                self._metrics.answered(route, method, status, seconds)
                problem = scope.get("state", {}).get("problem")
                if problem is not None:
                    self._metrics.refused_as(problem)
                if self._log is not None or span is not None:
                    self._tell(
                        scope,
                        span,
                        headers,
                        {
                            "method": method,
                            "route": route,
                            "status": status,
                            "ms": round(1000 * seconds, 2),
                            "model": live.version if live else None,
                            "problem": problem,
                        },
                    )

    def _tell(
        self, scope: Scope, span: "Span | None", headers: Headers, told: dict[str, Any]
    ) -> None:
        caller = caller_of(HTTPConnection(scope))
        told |= {
            "request_id": request_id(scope, headers),
            "tenant": caller.tenant,
            "client": caller.client,
        }
        if span is not None and self._traces is not None:
            self._traces.end(span, told)
            told["trace_id"] = trace_id(span)
        if self._log is None:
            return
        failed = told["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR
        if failed and told["status"] != HTTPStatus.SERVICE_UNAVAILABLE:
            self._log.error("request", **told)
        elif told["route"] in QUIET and not failed:
            self._log.debug("request", **told)
        else:
            self._log.info("request", **told)


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered: never an address somebody made up."""
    path = getattr(scope.get("route"), "path", None)
    if path is not None:
        return str(path)
    mounted = scope.get("app_root_path", "") != scope.get("root_path", "")
    return f"{scope['root_path']}/*" if mounted else UNMATCHED


def request_id(scope: Scope, answered: Headers = ()) -> str | None:
    """Return the id of the request: as noted, as answered, else as the client named it."""
    noted = scope.get("state", {}).get("request_id")
    if noted is not None:
        return str(noted)
    for headers in (answered, scope["headers"]):
        for name, value in headers:
            if name.lower() == b"x-request-id":
                given = value.decode("latin-1")
                return given if REQUEST_ID.fullmatch(given) else None
    return None
