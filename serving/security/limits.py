"""How large a request may be, how it comes, and how long until its answer begins.

Starlette's own limit on bodies answers in plain text where a length is stated; every refusal of
this service is a problem, so the counting is done here.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.errors import SlowError
from serving.api.problems import answer

PLAIN = (b"", b"identity")
"""Content-Encodings of a body that is as it is."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one request may take.

    Attributes:
        body: Most bytes of it.
        seconds: Until its answer begins; what is streamed afterwards may take longer.
    """

    body: int
    seconds: float


class Limits:
    """Refuses what is too large (413) or packed (415), and gives up on what takes too long (503).

    Args:
        app: What answers.
        usual: What a request may take.
        special: What it may take at other addresses.
    """

    def __init__(
        self, app: ASGIApp, usual: Allowance, special: Mapping[str, Allowance] | None = None
    ) -> None:
        self._app = app
        self._usual = usual
        self._special = special or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        allowed = self._special.get(scope["path"], self._usual)
        refused = refusal_of(scope["headers"], allowed.body)
        if refused is not None:
            await answer(HTTPConnection(scope), refused)(scope, receive, send)
            return
        read = 0

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > allowed.body:
                raise too_large(allowed.body)
            return message

        try:
            async with asyncio.timeout(allowed.seconds) as clock:

                async def sending(message: Message) -> None:
                    if message["type"] == "http.response.start":
                        clock.reschedule(None)
                    await send(message)

                await self._app(scope, receiving, sending)
        except TimeoutError as error:
            if not clock.expired():
                raise
            late = SlowError(f"no answer within {allowed.seconds:g} s")
            late.__cause__ = error
            await answer(HTTPConnection(scope), late)(scope, receive, send)


def refusal_of(headers: Iterable[tuple[bytes, bytes]], most: int) -> HTTPException | None:
    """Return why a request with ``headers`` is not read at all; None where it is.

    Args:
        headers: As the server gives them.
        most: Bytes of its body.
    """
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and int(value) > most:
            return too_large(most)
        # Unpacked by nobody, it would be told as a broken table or text, and counted as it is not.
        if name == b"content-encoding" and value.strip().lower() not in PLAIN:
            given = value.decode("latin-1")[:100]
            return HTTPException(
                415,
                f"Content-Encoding is {given!r}; send the body as it is",
                {"Accept-Encoding": "identity"},
            )
    return None


def too_large(most: int) -> HTTPException:
    """Return the refusal of a body above ``most`` bytes."""
    # Not with Connection: close. The rest of the body is on its way, and to close on a caller who
    # is still sending resets the connection, and with it this answer; the server discards the rest.
    return HTTPException(413, f"the request has more than {most:,} bytes; send it in parts")
