"""A connection that refuses in the service's words, and is closed politely when its process ends.

What is no HTTP, a head without end and one that does not come never reach the application: they are
refused here, as problems like all others.

uvicorn closes idle connections at once. A request that is on its way at that moment, or on a
connection just taken, would be lost; so an idle connection stays open a moment longer, and the
answer to a request that still comes asks for it to be closed.
"""

import asyncio
from http import HTTPStatus
from secrets import token_hex

from starlette.exceptions import HTTPException
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from serving.api.problems import MEDIA_TYPE, problem_of

LAST_MOMENT_SECONDS = 0.5
LONGEST_HEAD = 64 * 2**10
"""Bytes of an address and its headers."""
HEAD_SECONDS = 30.0
"""What a caller has for them: uvicorn itself would wait for ever, and hold the connection."""


class Connection(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, with bounded heads and a last moment for late requests."""

    _in_head = False
    _piece = 0
    _pieces = 0
    _too_long = False
    _refused = False
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and wait for the first head no longer than for any other."""
        super().connection_made(transport)
        self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless what came before was refused or the head has become too long."""
        if self._refused:
            return
        self._piece = len(data)
        if self._in_head:
            self._pieces += len(data)
        super().data_received(data)
        if self._in_head and self._pieces > LONGEST_HEAD and not self._refused:
            self._too_long = True
            self.send_400_response("")
        # Most heads are whole by now, and cost no clock.
        if self._in_head and self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def on_message_begin(self) -> None:
        """Begin a head; of its first piece a part may be the body before, so it is not counted."""
        self._in_head, self._pieces = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer.

        Raises:
            ValueError: The head is too long; the parser calls for the refusal then.
        """
        self._in_head = False
        self._in_time()
        # Most heads come in one small piece, and need no counting.
        if self._pieces or self._piece > LONGEST_HEAD:
            length = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
            self._too_long = length > LONGEST_HEAD
            if self._too_long:
                raise ValueError(length)
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP or has too long a head; close when the caller can have read it."""
        status = HTTPStatus.BAD_REQUEST
        if self._too_long:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            msg = f"the address and the headers have more than {LONGEST_HEAD:,} bytes"
        problem = problem_of(HTTPException(status, msg))
        problem.request_id = token_hex(16)
        body = problem.model_dump_json().encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
            f"cache-control: no-store\r\nx-request-id: {problem.request_id}\r\n"
            "connection: close\r\n\r\n"
        )
        self._refused = True
        self.transport.write(head.encode() + body)
        # Closed while the caller still sends, the connection is reset, and this answer lost.
        self.loop.call_later(LAST_MOMENT_SECONDS, self.transport.close)

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        """Close on a caller whose head has not come, with a word where it had begun."""
        self._late = None
        if self.transport.is_closing() or self._refused:
            return
        if self.cycle is not None and not self.cycle.response_complete:
            # Sent behind a request that is still being answered, whose answer comes first.
            self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)
        elif self._in_head:
            self.send_400_response(f"the headers did not come within {HEAD_SECONDS:g} s")
        else:
            self.transport.close()

    def shutdown(self) -> None:
        """Close when the answer in flight is sent, or after a moment when there is none."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LAST_MOMENT_SECONDS, self._close)
        else:
            self.cycle.keep_alive = False

    def _close(self) -> None:
        # Closed meanwhile by the client or after an answer, or answering a last request.
        if self.transport is not None and not self.transport.is_closing():
            super().shutdown()
