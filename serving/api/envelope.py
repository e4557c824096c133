"""What every answer carries, and what is answered when something unforeseen happens.

``X-Request-ID`` is the caller's where it is sane, else a new one; it is in the answer, in every
problem and in what is logged, so that one can be found by the other.
"""

import logging
import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from secrets import token_hex

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.problems import answer

Header = tuple[bytes, bytes]

LOG = logging.getLogger("uvicorn.error")
SANE = re.compile(rb"[A-Za-z0-9._~-]{1,64}")
"""Nothing that could break a log line, a header or an address."""

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="-")
"""The id of the request being answered, for whatever logs."""


def headers_of(connection: HTTPConnection) -> list[Header]:
    """Return the headers that the answer will carry, to be added to."""
    added: list[Header] = connection.scope["state"]["answer_headers"]
    return added


class Envelope:
    """The outermost of the application.

    Args:
        app: What answers.
        beside: Returns the headers that are added beside those of the names given.
    """

    def __init__(self, app: ASGIApp, beside: Callable[[set[bytes]], Iterable[Header]]) -> None:
        self._app = app
        self._beside = beside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = given.decode() if SANE.fullmatch(given) else token_hex(16)
        added: list[Header] = [(b"x-request-id", request_id.encode())]
        scope.setdefault("state", {}).update(request_id=request_id, answer_headers=added)
        REQUEST_ID.set(request_id)
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = [*message["headers"], *added]
                headers.extend(self._beside({name for name, _ in headers}))
                message["headers"] = headers
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            if started:
                raise
            LOG.exception("request %s: nobody foresaw this", request_id)
            await answer(HTTPConnection(scope), error)(scope, receive, sending)
