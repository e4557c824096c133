import sys

import pytest

from tests.bench.cost import cost

MEGABYTES = 200
TAKING = f"room = b'1' * {MEGABYTES * 10**6}; print('first'); print('last')"


def test_a_process_costs_time_and_the_memory_of_its_own() -> None:
    ours = b"1" * (2 * MEGABYTES * 10**6)  # which a process that we start has for a moment too
    found = cost([sys.executable, "-c", TAKING], None)
    assert found.said == "last"
    assert found.processor_seconds > 0
    assert found.processor_seconds <= found.seconds + 0.1
    assert MEGABYTES / 2 < found.megabytes < len(ours) / 1e6


def test_a_process_that_takes_too_long_is_ended() -> None:
    with pytest.raises(TimeoutError, match="ended after"):
        cost([sys.executable, "-c", "import time; time.sleep(60)"], None, seconds=0.2)


def test_a_process_that_fails_tells_why() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        cost([sys.executable, "-c", "raise SystemExit('no such thing')"], None)
