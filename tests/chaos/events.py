"""What breaks: each event does its harm, waits until the service has met it, and puts it right.

To add one: write a function that takes the ``World``, name it in ``EVENTS``, and let ``World`` hold
what it needs.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

from tests.chaos.answers import Reigns
from tests.chaos.disk import Disk
from tests.chaos.load import Tally
from tests.chaos.registry import Registry
from tests.chaos.service import Running
from tests.serving.log.postgres import Cluster

WAIT_SECONDS = 90.0


@dataclass
class World:
    """The service and what it leans on; no disk where this process may mount none."""

    service: Running
    registry: Registry
    reigns: Reigns
    tally: Tally
    leads: str
    database: Cluster | None = None
    disk: Disk | None = None
    swaps: list[float] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def other(self) -> str:
        """Return the version that does not lead."""
        return next(version for version in self.registry.models if version != self.leads)

    def crown(self, version: str) -> None:
        """Note that ``version`` is about to lead."""
        self.reigns.begin(version)
        self.leads = version


Event = Callable[[World], Awaitable[None]]


async def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until ``holds()``, beside the load.

    Raises:
        TimeoutError: It does not within a minute and a half.
    """
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while not await asyncio.to_thread(holds):
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"not within {WAIT_SECONDS:g} s: {what}") from None


async def followed(world: World, since: float) -> None:
    """Wait until every worker serves the version that leads, and note how long that took."""
    service, version = world.service, world.leads
    await until(lambda: service.serving(version) >= service.workers, f"all workers serve {version}")
    world.swaps.append(monotonic() - since)


async def swap(world: World) -> None:
    """Promote the other model."""
    version = world.other()
    # Before it is done: a worker may follow before the harness is told.
    world.crown(version)
    await asyncio.to_thread(world.registry.promote, version)
    await followed(world, world.reigns.settle())


async def roll_back(world: World) -> None:
    """Promote the other model and take it back with the command."""
    before = world.leads
    await swap(world)
    world.crown(before)
    command = [sys.executable, "-m", "serving", "rollback", "--tracking-uri", world.registry.uri]
    told = await asyncio.to_thread(
        subprocess.run,
        command,
        env=world.service.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(f"version {before} is champion"), told.stdout
    await followed(world, world.reigns.settle())


async def promote_broken(world: World) -> None:
    """Let a model that is cut short lead: it is refused by all, and the old one answers."""
    service, registry = world.service, world.registry
    refused = await asyncio.to_thread(service.figure, "paylens_model_refused_total")
    await asyncio.to_thread(registry.force, registry.broken)
    await until(
        lambda: service.figure("paylens_model_refused_total") >= refused + service.workers,
        "all workers refuse the broken model",
    )
    status, told = await asyncio.to_thread(service.get, "/readyz")
    assert status == 200, told
    assert b"models:/paylens/3/location.txt" in told, told
    await asyncio.to_thread(registry.force, world.leads)
    await until(lambda: not service.figure("paylens_model_trouble"), "the trouble is over")


async def end_a_worker(world: World) -> None:
    """SIGTERM one worker: another takes its place."""
    service = world.service
    pid = service.pids()[0]
    os.kill(pid, signal.SIGTERM)
    await until(lambda: pid not in service.pids(), f"worker {pid} has ended")
    version = world.leads
    await until(lambda: service.serving(version) >= service.workers, "another worker serves")


async def end_a_worker_while_a_broken_model_leads(world: World) -> None:
    """The new worker cannot load what leads, and serves what was in service before."""
    await asyncio.to_thread(world.registry.force, world.registry.broken)
    await end_a_worker(world)
    await asyncio.to_thread(world.registry.force, world.leads)
    await until(lambda: not world.service.figure("paylens_model_trouble"), "the trouble is over")


async def stop_the_database(world: World) -> None:
    """Stop PostgreSQL and start it again: predictions go on, and the log catches up."""
    service, database, tally = world.service, world.database, world.tally
    assert database is not None
    await asyncio.to_thread(database.stop)
    refused, answered = tally.refused, len(tally.ids)
    await until(lambda: len(tally.ids) > answered + 50, "predictions go on without the database")
    assert tally.refused == refused, "a dead database refused predictions"
    waiting = "paylens_log_waiting_events"
    await until(lambda: service.figure(waiting) > 0, "events wait for the database")
    await asyncio.to_thread(database.start)
    await until(lambda: service.figure("paylens_log_lag_seconds") < 1.0, "the log catches up")


async def end_a_worker_while_the_database_is_away(world: World) -> None:
    """What waits in the spool of a worker that ends is brought to the log by another."""
    database = world.database
    assert database is not None
    await asyncio.to_thread(database.stop)
    answered = len(world.tally.ids)
    await until(lambda: len(world.tally.ids) > answered + 50, "predictions go on")
    await end_a_worker(world)
    await asyncio.to_thread(database.start)


async def fill_the_disk(world: World) -> None:
    """Fill the disk that events wait on: answers are refused until there is room again."""
    disk, tally = world.disk, world.tally
    if disk is None:
        return
    refused = tally.refused
    await asyncio.to_thread(disk.fill)
    await until(lambda: tally.refused > refused, "answers are refused while no event can be kept")
    await asyncio.to_thread(disk.free)
    answered = len(tally.ids)
    await until(lambda: len(tally.ids) > answered + 20, "answers are given again")


EVENTS: tuple[Event, ...] = (
    swap,
    stop_the_database,
    swap,
    promote_broken,
    swap,
    end_a_worker,
    swap,
    fill_the_disk,
    roll_back,
    end_a_worker_while_the_database_is_away,
    end_a_worker_while_a_broken_model_leads,
)
