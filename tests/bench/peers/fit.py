"""``python -m tests.bench.peers.fit PEER RECORDS MEMORY``: a fit of the accuracy benchmark.

A peer learns from some of the records and watches the others to stop early by, as it does there;
paylens keeps its own part back.
"""

import json
import resource
import sys
import time
from pathlib import Path

import polars as pl

from training.benchmark.conformal import divided
from training.benchmark.peers import peer_named


def main(peer: str, records: Path, most_memory: int) -> None:
    """Fit and tell how long it took; with more than ``most_memory`` bytes it fails."""
    resource.setrlimit(resource.RLIMIT_DATA, (most_memory, most_memory))
    method, told = peer_named(peer), pl.read_parquet(records)
    learned, kept = (told, told.clear()) if method.calibrated else divided(told, 0)
    begun, used = time.perf_counter(), time.process_time()
    method.fit(learned, kept, 0)
    taken = {
        "seconds": time.perf_counter() - begun,
        "processor_seconds": time.process_time() - used,
    }
    print(json.dumps(taken))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
