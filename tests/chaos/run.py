"""One run: the load, the events one after another, and what came of it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from serving.model import CompensationModel
from tests.chaos.answers import Reigns, answers_of
from tests.chaos.disk import small_disk
from tests.chaos.events import EVENTS, Event, World
from tests.chaos.ledger import Ledger, ledger
from tests.chaos.load import Load, Tally
from tests.chaos.registry import make_registry
from tests.chaos.service import Running, running
from tests.conftest import CHECKOUT
from tests.serving.log.postgres import Cluster

WATCH_SECONDS = 0.5
SWAP_LIMIT_SECONDS = 15.0
"""Within which every worker must follow; far above what is measured, as a machine may be busy."""


@dataclass(frozen=True)
class Report:
    """What came of a run."""

    tally: Tally
    ledger: Ledger
    events: list[str]
    swaps: list[float]
    seconds: float
    largest_mb: float

    @property
    def holds(self) -> bool:
        """Return whether no answer was wrong or missing, and no event of one."""
        return not self.tally.wrong and not self.tally.failed and self.ledger.agrees

    def table(self) -> str:
        """Return it as a table."""
        tally = self.tally
        done = sorted(set(self.events))
        versions = sorted(tally.versions.items())
        rows = {
            "seconds": f"{self.seconds:.0f}",
            "events": ", ".join(f"{each} {self.events.count(each)}" for each in done),
            "requests": f"{tally.requests:,}",
            "kinds": ", ".join(f"{kind} {n:,}" for kind, n in sorted(tally.kinds.items())),
            "wrong answers": str(len(tally.wrong)),
            "failed requests": str(len(tally.failed)),
            "refused with 503 by design": str(tally.refused),
            "events in the log": f"{self.ledger.entries:,}",
            "of them lost, doubled, unheard": f"{self.ledger.lost}, {self.ledger.doubled}, "
            f"{self.ledger.unheard}",
            "chain of the log": self.ledger.broken or "whole",
            "slowest, s": ", ".join(f"{kind} {s:.2f}" for kind, s in sorted(tally.slowest.items())),
            "answers by version": ", ".join(f"{version}: {n:,}" for version, n in versions),
            "swaps": str(len(self.swaps)),
            "slowest swap of all workers": f"{max(self.swaps, default=0):.2f} s",
            "largest worker": f"{self.largest_mb:.0f} MB",
        }
        width = max(map(len, rows))
        return "\n".join(f"{name:<{width}}  {value}" for name, value in rows.items())


def run(
    model: CompensationModel,
    folder: Path,
    seconds: float,
    *,
    events: Sequence[Event] = EVENTS,
    clients: int = 6,
    pause: float = 0.05,
    settings: Mapping[str, str] | None = None,
) -> Report:
    """Return what came of at least ``seconds`` of load, with ``events`` at least once each."""
    registry = make_registry(model, folder)
    reigns = Reigns(SWAP_LIMIT_SECONDS)
    answers = {
        version: answers_of(each, version, folder / f"answers-{version}")
        for version, each in registry.models.items()
    }
    with Cluster() as database, small_disk(folder / "spool") as disk:
        url = database.make("chaos")
        watched = {
            "PAYLENS_WATCH_SECONDS": str(WATCH_SECONDS),
            "PAYLENS_LOG": url,
            "PAYLENS_LOG_SPOOL": str(folder / "spool"),
            **(settings or {}),
        }
        upgrade = [sys.executable, "-m", "serving", "log", "upgrade"]
        made = {**os.environ, "PAYLENS_LOG": url, "PYTHONPATH": str(CHECKOUT)}
        subprocess.run(upgrade, env=made, check=True, capture_output=True, cwd=folder)
        with running(folder, registry.uri, settings=watched) as service:
            reigns.begin(min(registry.models))
            reigns.settle()
            load = Load(service.url, answers, reigns, service.headers)
            world = World(
                service, registry, reigns, load.tally, min(registry.models), database, disk
            )
            largest, taken = asyncio.run(_run(world, load, seconds, events, clients, pause))
        # The service has ended: whatever it answered is in the log, or lost.
        found = ledger(url, load.tally.ids)
        if disk is None:
            world.done = [name for name in world.done if name != "fill_the_disk"]
    return Report(load.tally, found, world.done, world.swaps, taken, largest)


async def _run(
    world: World, load: Load, seconds: float, events: Sequence[Event], clients: int, pause: float
) -> tuple[float, float]:
    """Return the largest worker's megabytes and the seconds it all took."""
    began, largest = monotonic(), 0.0
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run(clients, pause))
        try:
            while not world.done or monotonic() - began < seconds:
                for event in events:
                    await event(world)
                    world.done.append(event.__name__)
                    largest = max(largest, *map(resident_mb, world.service.pids()), 0.0)
                    await asyncio.sleep(min(2.0, seconds / 20))
        finally:
            load.over.set()
    return largest, monotonic() - began


def resident_mb(pid: int) -> float:
    """Return the resident memory of ``pid``; 0 where it has just ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def ended_well(service: Running) -> bool:
    """Return whether the service ends by SIGTERM without an error of its own."""
    return service.end() in (0, -15)
