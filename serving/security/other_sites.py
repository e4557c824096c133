"""Pages of other sites (CORS): let in where they are named, refused as everybody else is."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from data.errors import OtherSiteError
from serving.api.problems import answer

ASKED = ("Authorization", "Content-Type", "If-None-Match", "X-API-Key", "X-Request-ID",
         "Idempotency-Key")  # fmt: skip
TOLD = ("Content-Disposition", "Deprecation", "ETag", "Idempotency-Replayed", "Paylens-Id",
        "Paylens-Model", "Paylens-Not-Read", "Paylens-Problems", "Paylens-Rows", "RateLimit",
        "RateLimit-Policy", "Retry-After", "Sunset", "X-Request-ID")  # fmt: skip
"""Headers that pages of other sites, where they are let in, may send and read."""


class OtherSites(CORSMiddleware):
    """Starlette's, whose refusals are problems."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or what a browser asks before it."""
        try:
            await super().__call__(scope, receive, send)
        except OtherSiteError as error:
            await answer(HTTPConnection(scope), error)(scope, receive, send)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Return what a browser is told that asks beforehand.

        Raises:
            OtherSiteError: The site, the method or a header is not let in.
        """
        told = super().preflight_response(request_headers)
        if told.status_code != HTTPStatus.OK:
            raise OtherSiteError(bytes(told.body).decode(), dict(told.headers))
        return told
