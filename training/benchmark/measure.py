"""One measurement: a peer fitted on one split of one table, and all that is told of it."""

import math
import time
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from data.errors import TrainingError
from training.benchmark.cache import Measured
from training.benchmark.conformal import corrections, divided
from training.benchmark.groups import Groups
from training.benchmark.job import Job
from training.benchmark.noise import floor
from training.benchmark.peers.peer import Fitted, Peer
from training.benchmark.splits import split_of
from training.config import Config
from training.evaluate import STATED, ends, score
from training.masks import masked
from training.metrics import LEVELS
from training.sample import sampled

AS_GIVEN = "as given"
FULL, BLANKED = "full", "employer blanked"
ROW_SECONDS, MOST_ROWS = 0.5, 300
"""One row is answered again and again for so long, or so often."""


def measure(job: Job) -> Measured:
    """Return what was measured for ``job``."""
    return measured(job, job.method)


def measured(job: Job, peer: Peer) -> dict[str, Any]:
    """Return what ``job`` says of ``peer``, plain JSON; see ``asked`` for the scores.

    Raises:
        TrainingError: The table cannot be split so, or a peer cannot learn from it.
    """
    found = split_of(pl.read_parquet(job.records), job.split, job.seed)
    if found is None:
        raise TrainingError(f"{job.table}: no {job.split} split can be made of it")
    learned, kept = (
        (found.train, found.train.clear()) if peer.calibrated else divided(found.train, job.seed)
    )
    rows = {"learned": learned.height, "calibrated": kept.height, "held_out": found.test.height}
    fitted, seconds = timed_fit(peer, learned, kept, job)
    groups = Groups.of(found.test)
    scores = {FULL: asked(fitted, kept, found.test, groups)}
    if job.blanked:
        same = masked(kept, "employer") if job.copies else kept
        scores[BLANKED] = asked(fitted, same, masked(found.test, "employer"), groups)
    rng = np.random.default_rng(job.seed)
    floors = {percent(stated): floor(groups, stated, rng) for stated in STATED}
    return {
        "rows": rows,
        "scores": scores,
        "groups": len(groups.names),
        "repeated": groups.repeated,
        "floor": {name: [each.median, each.p90] for name, each in floors.items()},
        "fit_seconds": seconds,
        "row_microseconds": row_microseconds(fitted, found.test),
        "size_mb": fitted.size_bytes() / 1e6,
    }


def timed_fit(
    peer: Peer, learned: pl.DataFrame, kept: pl.DataFrame, job: Job
) -> tuple[Fitted, float]:
    """Return the fitted peer and the processor seconds its fit took."""
    if job.copies:
        learned, kept = with_copies(learned, job.seed), with_copies(kept, job.seed)
    start = time.process_time()
    fitted = peer.fit(learned, kept, job.seed)
    return fitted, time.process_time() - start


def with_copies(records: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return ``records`` with the masked copies that our own model learns from, and its weights."""
    return sampled(records, Config(), np.random.default_rng(seed)).frame


def asked(
    fitted: Fitted, kept: pl.DataFrame, test: pl.DataFrame, groups: Groups
) -> dict[str, dict[str, float]]:
    """Return correction -> scores of what ``fitted`` says of ``test``.

    Args:
        fitted: A fitted peer.
        kept: Rows to calibrate on; without any, no correction is made.
        test: Held-out records.
        groups: Their groups.
    """
    log_pay = np.log(test["pay_usd"].to_numpy())
    given = fitted.quantiles(test, LEVELS)
    # Quantiles that cross are put in order before anything else, as any user of them would.
    answers = {AS_GIVEN: np.sort(given, axis=1)}
    if kept.height:
        seen = np.sort(fitted.quantiles(kept, LEVELS), axis=1)
        seen_pay = np.log(kept["pay_usd"].to_numpy())
        for name, correct in corrections().items():
            answers[name] = np.sort(correct(seen, seen_pay, answers[AS_GIVEN]), axis=1)
    crossed = float(np.mean((np.diff(given, axis=1) < 0).any(axis=1)))
    return {
        name: scores(log_pay, quantiles, groups) | {"crossed_share": crossed}
        for name, quantiles in answers.items()
    }


def scores(log_pay: np.ndarray, quantiles: np.ndarray, groups: Groups) -> dict[str, float]:
    """Return ``training.evaluate.score`` and, for each stated coverage, the group gaps."""
    found = score(log_pay, quantiles)
    for stated in STATED:
        lower, upper = ends(quantiles, stated)
        covered = (log_pay >= lower) & (log_pay <= upper)
        found[f"worst_gap_{percent(stated)}"] = groups.worst_gap(covered, stated)
        found[f"typical_gap_{percent(stated)}"] = groups.typical_gap(covered, stated)
    return {name: value for name, value in found.items() if not math.isnan(value)}


def percent(stated: float) -> str:
    """Return a stated coverage as the names of metrics end: 0.8 is "80"."""
    return f"{stated * 100:.0f}"


def row_microseconds(fitted: Fitted, test: pl.DataFrame) -> float:
    """Return how long 19 quantiles of one row take, the median of many times."""
    answer = fitted.ready(test[:1])
    answer()
    taken: list[float] = []
    end = time.perf_counter() + ROW_SECONDS
    while len(taken) < MOST_ROWS and time.perf_counter() < end:
        start = time.perf_counter()
        answer()
        taken.append(time.perf_counter() - start)
    return median(taken) * 1e6
