"""How a process ends: it says so, finishes what was begun, and nobody is left without an answer.

From SIGTERM on ``/readyz`` is 503 and every answer asks its connection to close, so that balancers
and clients go elsewhere; after the notice uvicorn closes the socket and waits for what is in
flight. A second signal, and Ctrl-C, give no notice.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any, Self

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.errors import DrainingError

Handler = Callable[[int, FrameType | None], Any]

SPARE_SECONDS = 2.0
"""Before requests are cut off, for long work to be undone and its caller to be told."""


class Drain:
    """Whether the process is ending; inside the block it listens for the signals that end it.

    Args:
        notice_seconds: From SIGTERM until no more connections are taken.
        drain_seconds: From then until requests that are not answered are cut off.
    """

    def __init__(self, notice_seconds: float = 0.0, drain_seconds: float = 0.0) -> None:
        self._notice_seconds = notice_seconds
        # uvicorn counts whole seconds, and at least one.
        self._drain_seconds = max(1.0, drain_seconds)
        self._before: dict[int, Any] = {}
        self._clocks: set[asyncio.Timeout] = set()
        self._end: float | None = None
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

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """Give up the block when the process ends, while there is time to undo and tell it.

        uvicorn cancels what takes longer and ends at once: nothing that has to be waited for would
        be undone then, and nobody be told.

        Raises:
            DrainingError: The process ends before the block could.
        """
        try:
            async with asyncio.timeout_at(self._end) as clock:
                self._clocks.add(clock)
                try:
                    yield
                finally:
                    self._clocks.discard(clock)
        except TimeoutError as error:
            if not clock.expired():
                raise
            raise DrainingError(
                "this process is ending, and the request would take longer than it lasts: send it "
                "again, to another process"
            ) from error

    def _hurry(self, seconds: float) -> None:
        """Let every block of ``in_time`` end within ``seconds``, or sooner if told so before."""
        end = asyncio.get_running_loop().time() + seconds
        self._end = end if self._end is None else min(end, self._end)
        for clock in self._clocks:
            if not clock.expired():
                clock.reschedule(self._end)

    def _handler(self, before: Handler, loop: asyncio.AbstractEventLoop) -> Handler:
        def handle(number: int, frame: FrameType | None) -> None:
            again, self.draining = self.draining, True
            notice = 0.0 if again or number != signal.SIGTERM else self._notice_seconds
            spare = min(SPARE_SECONDS, self._drain_seconds / 2)
            loop.call_soon_threadsafe(self._hurry, notice + self._drain_seconds - spare)
            if not notice:
                before(number, frame)
            else:
                loop.call_soon_threadsafe(loop.call_later, notice, before, number, frame)

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
