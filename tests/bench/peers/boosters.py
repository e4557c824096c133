"""The boosters of our model and nothing else: a ready matrix in, raw numbers out.

``python -m tests.bench.peers.boosters WAY MODEL MATRIX NAME...`` walks the boosters called NAME of
the model in the folder MODEL over MATRIX (float32, ``.npy``), and tells how long that took and what
came of it; WAY is ``lightgbm`` or ``lignum``, each of which gets the type that it walks fastest.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import lightgbm as lgb
import numpy as np

Walk = Callable[[np.ndarray], np.ndarray]


def by_lightgbm(path: Path) -> Walk:
    """Return LightGBM's own ``Booster.predict`` of the booster at ``path``, on one thread."""
    booster = lgb.Booster(model_file=str(path))
    return lambda matrix: np.asarray(booster.predict(matrix, num_threads=1))


def by_lignum(path: Path) -> Walk:
    """Return what lignum makes of the booster at ``path``, on one thread."""
    import lignum

    model = lignum.load(str(path), format="lightgbm")
    return lambda matrix: model.predict(matrix, n_jobs=1)


WAYS = {"lightgbm": (by_lightgbm, np.float32), "lignum": (by_lignum, np.float64)}


def main(way: str, model: Path, matrix: Path, names: list[str]) -> None:
    """Walk and tell."""
    make, kind = WAYS[way]
    ready = np.load(matrix).astype(kind, copy=False)
    walks = [make(model / f"{name}.txt") for name in names]
    begun, used = time.perf_counter(), time.process_time()
    said = [walk(ready) for walk in walks]
    told = {
        "seconds": time.perf_counter() - begun,
        "processor_seconds": time.process_time() - used,
        "said_sha256": hashlib.sha256(np.array(said).tobytes()).hexdigest(),
    }
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
