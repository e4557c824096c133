"""A connection that is closed politely when its process ends.

uvicorn closes idle connections at once. A request that is on its way at that moment, or on a
connection just taken, would be lost; so an idle connection stays open a moment longer, and the
answer to a request that still comes asks for it to be closed.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LAST_MOMENT_SECONDS = 0.5


class Connection(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, with a last moment for requests on their way."""

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
