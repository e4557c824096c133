"""Measurements of several seeds as one line a method: mean, spread, and which correction served."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mean, stdev

from training.benchmark.cache import Measured
from training.benchmark.job import Job
from training.benchmark.measure import AS_GIVEN, FULL
from training.benchmark.peers import LOOK_UP, ON_OUR_MATRIX, PAYLENS, PEERS
from training.benchmark.peers.peer import Peer

LOSS = "pinball_loss"
GIVEN = "pinball_loss as given"
BY_CQR = "interval_score_90 by CQR"
COSTS = ("fit_seconds", "row_microseconds", "size_mb")


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a metric over seeds, and its standard deviation; None for a single seed."""

    mean: float
    spread: float | None

    @classmethod
    def of(cls, values: list[float]) -> "Figure":
        """Return the figure of ``values``, one a seed."""
        return cls(mean(values), stdev(values) if len(values) > 1 else None)


@dataclass(frozen=True, slots=True)
class Line:
    """One method on one table and split.

    Attributes:
        peer: Its name.
        label: What tables call it.
        copies: Whether this peer learned from masked copies too.
        correction: The conformal correction with the least pinball loss; ``AS_GIVEN`` for a method
            that calibrates itself.
        figures: Metric -> figure. ``GIVEN`` is the pinball loss without correction, ``BY_CQR`` the
            interval score by that correction, whichever is the best.
    """

    peer: str
    label: str
    copies: bool
    correction: str
    figures: Mapping[str, Figure]

    def mean(self, metric: str) -> float:
        """Return the mean of ``metric``."""
        return self.figures[metric].mean


@dataclass(frozen=True, slots=True)
class Section:
    """One table and split, or one way of asking it.

    Attributes:
        table: Name of the table.
        split: Name of the split.
        lines: Ours first, then the peers, the least pinball loss first.
        rows: How many were learned from, calibrated on (by the peers) and held out, first seed.
        groups: How many groups of held-out rows are judged, first seed.
        repeated: How many more are as large, but of the same few outcomes, first seed.
        floor: Stated coverage, in percent -> median and 90th percentile of a perfect model's worst
            group gap, first seed.
    """

    table: str
    split: str
    lines: tuple[Line, ...]
    rows: Mapping[str, int]
    groups: int
    repeated: int
    floor: Mapping[str, tuple[float, float]]

    @property
    def ours(self) -> Line | None:
        """Return our line; None where paylens was not asked for."""
        return self.line(PAYLENS)

    def line(self, peer: str) -> Line | None:
        """Return the line of the method called ``peer``, learned from whole rows."""
        named = (line for line in self.lines if line.peer == peer and not line.copies)
        return next(named, None)

    @property
    def peers(self) -> tuple[Line, ...]:
        """Return the other lines but the look-up's."""
        return tuple(line for line in self.lines if line.peer not in {PAYLENS, LOOK_UP})

    @property
    def on_raw(self) -> tuple[Line, ...]:
        """Return the peers that read the inputs as a user of their library would feed them."""
        return tuple(line for line in self.peers if line.peer not in ON_OUR_MATRIX)

    @property
    def on_our_matrix(self) -> tuple[Line, ...]:
        """Return the peers fed with our encoder's matrix: same inputs, another method."""
        return tuple(line for line in self.peers if line.peer in ON_OUR_MATRIX)

    @property
    def look_up(self) -> Line | None:
        """Return the look-up's line."""
        return self.line(LOOK_UP)


def best_of(measured: Measured, request: str = FULL) -> Mapping[str, float]:
    """Return the scores of the correction with the least pinball loss on ``request``."""
    scores: Mapping[str, Mapping[str, float]] = measured["scores"][request]
    return scores[_best([scores])]


def sections(results: Mapping[Job, Measured], request: str = FULL) -> list[Section]:
    """Return a section for each table and split in which ``request`` was asked, in order."""
    asked = {job: of for job, of in results.items() if request in of["scores"]}
    return [
        _section(
            table,
            split,
            {job: of for job, of in asked.items() if (job.table, job.split) == (table, split)},
            request,
        )
        for table, split in dict.fromkeys((job.table, job.split) for job in asked)
    ]


def _section(table: str, split: str, results: Mapping[Job, Measured], request: str) -> Section:
    found = []
    for peer in PEERS:
        for copies in (False, True):
            of = [
                each
                for job, each in sorted(results.items(), key=lambda item: item[0].seed)
                if job.peer == peer.name and job.copies == copies
            ]
            if of:
                found.append(_line(peer, copies, of, request))
    # The rows of a peer, where there is one: it says what was kept back to calibrate on.
    first = min(results, key=lambda job: (job.seed, job.peer == PAYLENS, job.copies))
    told = results[first]
    found.sort(key=lambda line: (line.peer != PAYLENS, line.mean(LOSS)))
    floor = {name: (pair[0], pair[1]) for name, pair in told["floor"].items()}
    return Section(
        table, split, tuple(found), told["rows"], told["groups"], told["repeated"], floor
    )


def _line(peer: Peer, copies: bool, measured: list[Measured], request: str) -> Line:
    label = peer.label + (", masked copies" if copies else "")
    scores = [each["scores"][request] for each in measured]
    best = _best(scores)
    figures = {
        metric: Figure.of([of[best][metric] for of in scores])
        for metric in scores[0][best]
        if all(metric in of[best] for of in scores)
    }
    figures[GIVEN] = Figure.of([of[AS_GIVEN][LOSS] for of in scores])
    if "CQR" in scores[0]:
        figures[BY_CQR] = Figure.of([of["CQR"]["interval_score_90"] for of in scores])
    figures |= {cost: Figure.of([of[cost] for of in measured]) for cost in COSTS}
    return Line(peer.name, label, copies, best, figures)


def _best(scores: list[Mapping[str, Mapping[str, float]]]) -> str:
    corrected = [name for name in scores[0] if name != AS_GIVEN] or [AS_GIVEN]
    return min(corrected, key=lambda name: mean(of[name][LOSS] for of in scores))
