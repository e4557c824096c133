"""One run: the load, the events one after another, and what came of it."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from serving.model import CompensationModel
from tests.chaos.answers import Reigns, answers_of
from tests.chaos.events import EVENTS, Event, World
from tests.chaos.load import Load, Tally
from tests.chaos.registry import make_registry
from tests.chaos.service import Running, running

WATCH_SECONDS = 0.5
SWAP_LIMIT_SECONDS = 15.0
"""Within which every worker must follow; far above what is measured, as a machine may be busy."""


@dataclass(frozen=True)
class Report:
    """What came of a run."""

    tally: Tally
    events: list[str]
    swaps: list[float]
    seconds: float
    largest_mb: float

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
            "slowest request": f"{tally.slowest:.2f} s",
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
    watched = {"PAYLENS_WATCH_SECONDS": str(WATCH_SECONDS), **(settings or {})}
    with running(folder, registry.uri, settings=watched) as service:
        world = World(service, registry, reigns, min(registry.models))
        reigns.begin(world.leads)
        reigns.settle()
        load = Load(service.url, answers, reigns, service.headers)
        return asyncio.run(_run(world, load, seconds, events, clients, pause))


async def _run(
    world: World, load: Load, seconds: float, events: Sequence[Event], clients: int, pause: float
) -> Report:
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
    return Report(load.tally, world.done, world.swaps, monotonic() - began, largest)


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
