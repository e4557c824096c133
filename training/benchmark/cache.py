"""What was measured before, by what it depends on: an interrupted run goes on where it stopped."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from inspect import getfile
from pathlib import Path

from training.benchmark.measure import Job, Measured
from training.benchmark.peers import PAYLENS, peer_named, versions

ROOT = Path(__file__).parents[2]
OF_ALL = (
    *("features/*.py", "training/split.py", "training/metrics.py", "training/evaluate.py"),
    *("training/benchmark/forms/*.py", "training/benchmark/peers/peer.py"),
    *(f"training/benchmark/{name}.py" for name in ("conformal", "groups", "measure", "noise")),
)
"""Source files that every measurement depends on."""

OF_PAYLENS = ("data/*.py", "data/vocabulary/*.toml", "serving/*.py", "training/*.py")
"""Those that ours depends on besides: it is measured anew when the product changes."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Measurements as JSON, one file each, in a folder."""

    folder: Path

    def read(self, job: Job) -> Measured | None:
        """Return what was measured for ``job``; None when nothing was, or of something else."""
        try:
            found = json.loads(self._path(job).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        same = isinstance(found, dict) and found.get("depends_on") == depends_on(job)
        return found["measured"] if same else None

    def write(self, job: Job, measured: Measured) -> None:
        """Keep what was measured for ``job``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(job)
        part = path.with_suffix(".part")
        told = {"depends_on": depends_on(job), "measured": measured}
        part.write_text(json.dumps(told, indent=1), encoding="utf-8")
        # A file that is there is whole: an interruption leaves only the part.
        part.replace(path)

    def _path(self, job: Job) -> Path:
        name = (job.records.stem, job.split, str(job.seed), job.peer, *(("copies",) * job.copies))
        return self.folder / f"{'-'.join(name)}.json"


def depends_on(job: Job) -> str:
    """Return a hash (hex) of all a measurement depends on: rows, choices, code, libraries."""
    peer = peer_named(job.peer)
    engine = getattr(peer, "engine", peer)
    patterns = (*OF_ALL, *(OF_PAYLENS if job.peer == PAYLENS else ()))
    told = {
        "records": _file(job.records, job.records.stat().st_mtime_ns),
        "job": [job.split, job.seed, job.peer, job.blanked, job.copies],
        "settings": peer.settings,
        "code": [_code(patterns), _file(Path(getfile(type(engine))), 0)],
        "libraries": versions(),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@cache
def _code(patterns: tuple[str, ...]) -> str:
    content = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            content.update(path.read_bytes())
    return content.hexdigest()


@cache
def _file(path: Path, changed: int) -> str:  # noqa: ARG001 - keeps what was read of an older file
    return hashlib.sha256(path.read_bytes()).hexdigest()
