"""Where we do not win: found in the figures, not chosen."""

import math
from collections.abc import Iterator, Sequence

from training.benchmark.markdown import best, named
from training.benchmark.splits import LATER
from training.benchmark.summary import LOSS, Line, Section
from training.evaluate import STATED

MARGIN = 0.001
"""A lead of less than this share is called a draw, and not told."""

OFF, OFF_OF_FEW, MANY = 0.012, 0.01, 4000
"""How far coverage may be from what is stated; with fewer than MANY training rows two standard
errors are added to the second."""

OFF_LATER = 0.03
"""How far below what is stated coverage may be later in time, for a model that is not renewed."""

OVER_FLOOR, TYPICAL_GAP = 0.02, 0.015

ACCURACY = (
    ("pinball_loss", "pinball loss", "{:.4f}"),
    ("median_absolute_percentage_error", "median absolute error", "{:.1%}"),
    ("interval_score_80", "interval score at 80 %", "{:.3f}"),
    ("interval_score_90", "interval score at 90 %", "{:.3f}"),
)
COST = (
    ("fit_seconds", "time to fit", "{:,.0f} s"),
    ("row_microseconds", "time for one row", "{:,.0f} µs"),
    ("size_mb", "stored size", "{:,.1f} MB"),
)

WHY = """\
Why: this is what paylens does otherwise, and only the first is measured apart, in the lines
*masked copies*, which show what it does to a peer. Every second record is also learned with its
employer, skills or seniority blanked, so that a bare request gets an honest interval. One location
and one scale answer for all percentiles, so that they cannot cross; a peer is free at every level.
The location aims between the mean and the median, where most peers' medians aim at the least
absolute error. Calibrating out of fold takes several fits, where a peer fits once and keeps rows
back."""


def losses(sections: Sequence[Section]) -> Iterator[str]:
    """Yield a sentence for each section in which paylens is behind, or short of what it states.

    Accuracy is held against the best peer by each metric, cost against the most accurate peer.
    Where a lead is smaller than twice what seeds alone do, the sentence says so.
    """
    for section in sections:
        ours = section.ours
        if ours is None:
            continue
        found = [
            *(
                _behind(best(section.peers, metric), ours, metric, name, form)
                for metric, name, form in ACCURACY
            ),
            *(
                _behind(best(section.peers, LOSS), ours, metric, name, form)
                for metric, name, form in COST
            ),
            *_short(section, ours),
        ]
        told = [each for each in found if each]
        if told:
            yield f"**{named(section)}**: {'; '.join(told)}."


def _behind(rival: Line | None, ours: Line, metric: str, name: str, form: str) -> str:
    if rival is None or rival.mean(metric) >= (1 - MARGIN) * ours.mean(metric):
        return ""
    own, its = (form.format(line.mean(metric)) for line in (ours, rival))
    # A lead that the figures do not show is none.
    return f"{name} {own} against {its} ({rival.label}{_doubt(rival, ours, metric)})" * (own != its)


def _doubt(rival: Line, ours: Line, metric: str) -> str:
    one, other = rival.figures[metric], ours.figures[metric]
    if one.spread is None or other.spread is None:
        return ""
    within = other.mean - one.mean < 2 * max(one.spread, other.spread)
    return ", within what seeds do" if within else ""


def _short(section: Section, ours: Line) -> Iterator[str]:
    rows = section.rows["learned"] + section.rows["calibrated"]
    for stated in STATED:
        name = f"{stated * 100:.0f}"
        covered = ours.mean(f"coverage_{name}")
        if off(covered, stated, rows, later=section.split == LATER):
            yield f"the {name} % interval holds {covered:.1%}"
        worst, floor = ours.figures.get(f"worst_gap_{name}"), section.floor[name][1]
        if worst is not None and worst.mean > floor + OVER_FLOOR:
            yield (
                f"the worst group is {worst.mean:.1%} off {name} %, where nine of ten perfect "
                f"models stay within {floor:.1%}"
            )
        typical = ours.figures.get(f"typical_gap_{name}")
        if typical is not None and typical.mean > TYPICAL_GAP:
            yield f"groups are typically {typical.mean:.1%} off {name} %, chance taken away"


def off(covered: float, stated: float, rows: int, *, later: bool) -> bool:
    """Return whether ``covered`` is further from ``stated`` than is allowed.

    Args:
        covered: Measured coverage.
        stated: Stated coverage.
        rows: Training rows, on which calibration rests.
        later: Whether it was measured later in time, where only too little counts.
    """
    slack = allowed(stated, rows, later=later)
    return stated - covered > slack if later else abs(covered - stated) > slack


def allowed(stated: float, rows: int, *, later: bool) -> float:
    """Return how far coverage may be from ``stated``; the arguments are those of ``off``."""
    if later:
        return OFF_LATER
    error = math.sqrt(stated * (1 - stated) / max(rows, 1))
    return OFF if rows >= MANY else OFF_OF_FEW + 2 * error
