"""Where answers are waited for that come from elsewhere: few at once, and never for long."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, fail_after, to_thread

Answer = TypeVar("Answer")


class Desk:
    """Threads of its own, so that whoever waits here holds up nobody else.

    Args:
        most: How many are waited for at once.
        seconds: For how long at most, waiting for a thread included.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._limiter = CapacityLimiter(most)
        self.seconds = seconds

    async def ask(self, work: Callable[[], Answer]) -> Answer:
        """Return what ``work`` returns.

        ``work`` ends by itself, sooner or later: its thread is left alone with it.

        Raises:
            TimeoutError: It has not returned in time.
        """
        with fail_after(self.seconds):
            return await to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._limiter)
