import threading
from contextlib import suppress

import anyio
import pytest

from serving.api.desk import Desk

SECONDS = 0.2


def test_what_was_worked_out_is_returned_and_an_error_goes_on() -> None:
    desk = Desk(1, 30.0)
    assert anyio.run(desk.ask, lambda: 7) == 7
    with pytest.raises(ValueError, match="7 is not in"):
        anyio.run(desk.ask, lambda: [1].index(7))


def test_who_waits_too_long_for_an_answer_or_a_thread_is_told_so() -> None:
    go_on = threading.Event()

    async def ask_twice() -> int:
        desk, told = Desk(1, SECONDS), 0

        async def ask() -> None:
            nonlocal told
            with suppress(TimeoutError):
                await desk.ask(go_on.wait)
                return
            told += 1

        async with anyio.create_task_group() as both:
            both.start_soon(ask)
            both.start_soon(ask)
        go_on.set()
        return told

    assert anyio.run(ask_twice) == 2
