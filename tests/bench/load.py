"""Load on one address, made by wrk: a few connections that ask one thing after another."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.cores import pinned

SCRIPT = Path(__file__).with_name("wrk.lua")
MICRO = 1e-6


@dataclass(frozen=True, slots=True)
class Load:
    """What a server withstood.

    Attributes:
        requests: How many it answered.
        seconds: In which time.
        p50: Median latency, seconds.
        p99: 99th percentile of it, seconds.
    """

    requests: int
    seconds: float
    p50: float
    p99: float


def load(url: str, bodies: Path, connections: int, seconds: int, core: int | None) -> Load:
    """Return what the server at ``url`` withstood.

    Args:
        url: What to post to.
        bodies: A file with a request a line.
        connections: How many ask at once.
        seconds: For how long.
        core: The processor core that asks; None for any.

    Raises:
        RuntimeError: An answer was no answer; nothing was measured then.
    """
    command = [
        *pinned(core),
        *("wrk", "--threads", "1", "--connections", str(connections)),
        *("--duration", f"{seconds}s", "--timeout", "30s", "--script", str(SCRIPT)),
        *(url, "--", str(bodies)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if told["failed"] or not told["requests"]:
        raise RuntimeError(f"{url}: {told['failed']} of {told['requests']} requests failed")
    return Load(
        told["requests"], told["microseconds"] * MICRO, told["p50"] * MICRO, told["p99"] * MICRO
    )
