"""Every measurement of a comparison, several at once, each on a processor core of its own."""

import logging
import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.pool import IMapIterator
from multiprocessing.queues import Queue
from pathlib import Path
from statistics import mean
from typing import TypeVar

from data.errors import TrainingError
from training.benchmark.cache import Cache, Measured, Task
from training.benchmark.job import Job
from training.benchmark.peers import LOOK_UP, PAYLENS
from training.benchmark.sets import Table
from training.benchmark.splits import BY_COMPANY, COLD, RANDOM
from training.benchmark.summary import best_of

Results = Mapping[Job, Measured]
T = TypeVar("T", bound=Task)

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")


def jobs(
    tables: Sequence[Table], peers: Sequence[str], seeds: int, config: Path | None = None
) -> list[Job]:
    """Return what is to be measured, table by table.

    Args:
        tables: What to compare on.
        peers: Names of the methods.
        seeds: How many seeds.
        config: TOML file of choices of paylens; None for its defaults.
    """
    return [
        Job(
            *(table.name, table.records, split, seed, peer),
            blanked=_blanked(table, split),
            config=config,
        )
        for table in tables
        for split in table.splits
        for seed in range(seeds)
        for peer in peers
        if not table.peers or peer in table.peers
        if split != BY_COMPANY or peer in COLD
    ]


def with_copies(results: Results) -> list[Job]:
    """Return the measurements of the peer that was strongest on the blanked table, with copies.

    The peer that came nearest to ours there on whole rows learns once more, from the masked copies
    that ours learns from: so it is seen what they do for a peer.
    """
    asked = [job for job in results if job.blanked and job.peer not in {PAYLENS, LOOK_UP}]
    of_peer = {
        name: mean(best_of(results[job])["pinball_loss"] for job in asked if job.peer == name)
        for name in dict.fromkeys(job.peer for job in asked)
    }
    if not of_peer:
        return []
    strongest = min(of_peer, key=of_peer.__getitem__)
    return [
        Job(job.table, job.records, job.split, job.seed, strongest, blanked=True, copies=True)
        for job in asked
        if job.peer == strongest
    ]


def run(
    wanted: Sequence[T],
    cache: Cache,
    workers: int,
    tell: Callable[[T], None],
    work: Callable[[T], Measured],
) -> dict[T, Measured]:
    """Return each of the ``wanted`` measurements, from the cache or made and put there.

    Args:
        wanted: What to measure.
        cache: What was measured before.
        workers: How many are made at once; 1 makes them in this process.
        tell: Called with each measurement that is there.
        work: Makes a measurement; a function that another process can import.

    Raises:
        TrainingError: A process that measured was ended from outside.
    """
    results = {}
    for job in wanted:
        found = cache.read(job)
        if found is not None:
            results[job] = found
            tell(job)
    left = [job for job in wanted if job not in results]
    # The longest first, so that no core waits at the end.
    left.sort(key=lambda job: -sum(path.stat().st_size for path in job.files))
    for job, measured in _made(work, left, min(workers, len(left))):
        cache.write(job, measured)
        results[job] = measured
        tell(job)
    return {job: results[job] for job in wanted}


def _made(
    work: Callable[[T], Measured], left: Sequence[T], workers: int
) -> Iterator[tuple[T, Measured]]:
    if workers <= 1:
        with hushed():
            yield from ((job, work(job)) for job in left)
        return
    # Spawned, not forked: threads of the libraries loaded here do not survive a fork.
    context = multiprocessing.get_context("spawn")
    cores: Queue[int] = context.Queue()
    for core in cores_here() * workers:
        cores.put(core)
    # Leaving the pool ends its processes at once, also when this one is interrupted.
    with one_thread(), context.Pool(workers, settle, (cores,)) as pool:
        begun = _children()
        answers = pool.imap_unordered(partial(_with, work), left)
        yield from (_next(answers, begun) for _ in left)


def _next(
    answers: "IMapIterator[tuple[T, Measured]]", begun: set[int | None]
) -> tuple[T, Measured]:
    # Polars' signal handler restarts waiting calls: only one that ends by itself notices Ctrl-C.
    while True:
        with suppress(multiprocessing.TimeoutError):
            return answers.next(timeout=1)
        if not begun <= _children():
            # The pool begins another in its place, and its answer would be waited for for ever.
            raise TrainingError(
                "a process that measured was ended from outside, most likely for want of memory; "
                "what was measured is kept: go on with --workers 1, or name methods with --peers"
            )


def _children() -> set[int | None]:
    return {child.pid for child in multiprocessing.active_children()}


def _with(work: Callable[[T], Measured], job: T) -> tuple[T, Measured]:
    return job, work(job)


def cores_here() -> list[int]:
    """Return the numbers of the processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def settle(cores: "Queue[int]") -> None:
    """Bind this process to a core of its own, where the system can: all peers get the same."""
    core = cores.get()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    # Ctrl-C is for the process that waits for this one, and which ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Peers warn of their own habits; what matters of them is measured.
    warnings.simplefilter("ignore")
    logging.disable(logging.INFO)


@contextmanager
def hushed() -> Iterator[None]:
    """Keep from the log what libraries tell of themselves meanwhile: it would break the bar."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def one_thread() -> Iterator[None]:
    """Have libraries of processes started meanwhile use one thread each."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _blanked(table: Table, split: str) -> bool:
    return table.names_employer and split == RANDOM
