import asyncio
import io
from typing import Any

import pytest

from serving.observe import gathered
from serving.observe.gathered import Gathered


class Out(io.BytesIO):
    """Notes each time it is written to; on a full disk it refuses to be."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.full = False

    def write(self, line: Any) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        self.pieces.append(bytes(line))
        return len(line)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "SECONDS", 0.02)


def say(lines: Gathered, *said: bytes) -> None:
    for line in said:
        lines.write(line)
        lines.flush()


async def wait() -> None:
    await asyncio.sleep(0.1)


def test_lines_of_a_while_go_on_their_way_together() -> None:
    out = Out()
    lines = Gathered(out)

    async def run() -> None:
        say(lines, b"one\n", b"two\n")
        assert out.pieces == []
        await wait()
        say(lines, b"three\n")
        await wait()

    asyncio.run(run())
    assert out.pieces == [b"one\ntwo\n", b"three\n"]


def test_without_an_event_loop_each_goes_at_once() -> None:
    out = Out()
    say(Gathered(out), b"one\n", b"two\n")
    assert out.pieces == [b"one\n", b"two\n"]


def test_a_loop_that_ends_too_early_holds_up_nothing_that_follows() -> None:
    out = Out()
    lines = Gathered(out)

    async def run(line: bytes, *, to_the_end: bool) -> None:
        say(lines, line)
        if to_the_end:
            await wait()

    asyncio.run(run(b"one\n", to_the_end=False))
    asyncio.run(run(b"two\n", to_the_end=True))
    assert out.pieces == [b"one\ntwo\n"]


def test_nothing_waits_at_the_end_of_the_block() -> None:
    out = Out()

    async def run() -> None:
        with Gathered(out) as lines:
            say(lines, b"one\n")
        assert out.pieces == [b"one\n"]

    asyncio.run(run())


def test_a_full_disk_breaks_nothing_and_later_lines_follow() -> None:
    out = Out()
    lines = Gathered(out)
    troubles: list[dict[str, Any]] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: troubles.append(told))
        out.full = True
        say(lines, b"one\n")
        await wait()
        out.full = False
        say(lines, b"two\n")
        await wait()

    asyncio.run(run())
    assert (out.pieces, troubles) == ([b"two\n"], [])
