"""How a process ends: it says so, finishes what was begun, and nobody is left without an answer.

From SIGTERM on ``/readyz`` is 503 and every answer asks its connection to close, so that balancers
and clients go elsewhere; after the notice uvicorn closes the socket and waits for what is in
flight. A second signal, and Ctrl-C, give no notice.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Handler = Callable[[int, FrameType | None], Any]


class Drain:
    """Whether the process is ending; inside the block it listens for the signals that end it.

    Args:
        notice_seconds: From SIGTERM until no more connections are taken.
    """

    def __init__(self, notice_seconds: float = 0.0) -> None:
        self._notice_seconds = notice_seconds
        self._before: dict[int, Any] = {}
        self.draining = False

    def __enter__(self) -> Self:
        # uvicorn set its own before the application started; they are called after the notice.
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                before = signal.getsignal(number)
                if callable(before):
                    self._before[number] = before
                    signal.signal(number, self._handler(before, loop))
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _handler(self, before: Handler, loop: asyncio.AbstractEventLoop) -> Handler:
        def handle(number: int, frame: FrameType | None) -> None:
            again, self.draining = self.draining, True
            if again or number != signal.SIGTERM or not self._notice_seconds:
                before(number, frame)
            else:
                loop.call_soon_threadsafe(
                    loop.call_later, self._notice_seconds, before, number, frame
                )

        return handle


class Closing:
    """Asks connections to close while ``drain`` is draining."""

    def __init__(self, app: ASGIApp, drain: Drain) -> None:
        self._app = app
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""

        async def closing(message: Message) -> None:
            # Asked at the end: the signal may have come while the answer was made.
            if self._drain.draining and message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, closing if scope["type"] == "http" else send)
