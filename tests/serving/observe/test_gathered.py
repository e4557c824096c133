import asyncio
import io

import pytest

from serving.observe import gathered
from serving.observe.gathered import Gathered


class Counted(io.BytesIO):
    """Counts how often it was flushed; on a full disk it refuses to be."""

    def __init__(self, *, full: bool = False) -> None:
        super().__init__()
        self.flushed = 0
        self._full = full

    def flush(self) -> None:
        self.flushed += 1
        if self._full:
            raise OSError(28, "No space left on device")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "SECONDS", 0.02)


async def say(lines: Gathered) -> None:
    for line in (b"one\n", b"two\n"):
        lines.write(line)
        lines.flush()


def test_lines_of_a_while_go_on_their_way_together() -> None:
    out = Counted()

    async def run() -> list[int]:
        lines = Gathered(out)
        await say(lines)
        counts = [out.flushed]
        await asyncio.sleep(0.1)
        counts.append(out.flushed)
        await say(lines)
        await asyncio.sleep(0.1)
        return [*counts, out.flushed]

    assert asyncio.run(run()) == [0, 1, 2]
    assert out.getvalue() == b"one\ntwo\n" * 2


def test_without_an_event_loop_each_goes_at_once() -> None:
    out = Counted()
    Gathered(out).flush()
    assert out.flushed == 1


def test_a_full_disk_breaks_nothing_and_later_lines_follow() -> None:
    out = Counted(full=True)

    async def run() -> None:
        for _ in range(2):
            await say(Gathered(out))
            await asyncio.sleep(0.1)

    asyncio.run(run())
    assert out.flushed == 2
