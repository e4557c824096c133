"""What is asked of paylens on the whole tables, beside what was measured.

The pinball loss is held against the best of all corrected peers, those fed with our matrix too:
the hardest reading.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from training.benchmark.losses import GAP_OVER_FLOOR, TYPICAL_GAP, off
from training.benchmark.markdown import NONE, best, named, table
from training.benchmark.peers import SAME_BOOSTERS
from training.benchmark.splits import LATER, RANDOM
from training.benchmark.summary import BY_CQR, LOSS, Line, Section
from training.evaluate import STATED


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that paylens may reach.

    Attributes:
        peer: Pinball loss, as a share of the best corrected peer's.
        look_up: Pinball loss, as a share of the look-up's.
        cqr: Interval score at 90 %, as a share of CQR's on LightGBM and our matrix.
    """

    peer: float | None = None
    look_up: float | None = None
    cqr: float | None = None


GOALS: Mapping[tuple[str, str], Goal] = {
    ("levels_fyi", RANDOM): Goal(0.975, 0.60, 0.95),
    ("stackoverflow", RANDOM): Goal(0.985, 0.84, 0.95),
    ("aijobs", RANDOM): Goal(1.0, 0.97),
    ("ai_job_ads", RANDOM): Goal(1.0, 0.75, 0.95),
    ("levels_fyi_minimal", RANDOM): Goal(look_up=0.82),
}
"""Table and split -> what is asked of us there."""

BLANKED_LOSS, BLANKED_OFF = 0.095, 0.02
"""Pinball loss, and distance of coverage from what is stated, asked of us without the employer."""

MET, MISSED = "met", "**missed**"


def goals(whole: Sequence[Section], blanked: Sequence[Section]) -> str:
    """Return the table of goals, Markdown.

    Args:
        whole: Sections in which records were asked as they are.
        blanked: Sections in which they were asked without the employer.
    """
    rows = [row for section in whole for row in (*_ratios(section), *_calibration(section))]
    rows += [row for section in blanked for row in _without_employer(section)]
    return table(["table and split", "asked", "at most", "measured", ""], rows)


def ratio(ours: Line | None, metric: str, other: Line | None, its: str) -> float | None:
    """Return our ``metric`` as a share of ``other``'s ``its``; None where one is missing."""
    if ours is None or other is None or its not in other.figures or metric not in ours.figures:
        return None
    return ours.mean(metric) / other.mean(its)


def _ratios(section: Section) -> Iterator[list[str]]:
    goal = GOALS.get((section.table, section.split), Goal())
    rival = best(section.peers, LOSS)
    against = (
        (f"pinball loss, to {rival.label if rival else 'the best peer'}", LOSS, rival, goal.peer),
        ("pinball loss, to the look-up", LOSS, section.look_up, goal.look_up),
    )
    found = [(said, ratio(section.ours, m, other, m), most) for said, m, other, most in against]
    by_cqr = ratio(section.ours, "interval_score_90", section.line(SAME_BOOSTERS), BY_CQR)
    found.append(("interval score at 90 %, to CQR on our matrix", by_cqr, goal.cqr))
    for said, measured, most in found:
        if most is not None:
            told = NONE if measured is None else f"{measured:.3f}"
            met = "not measured" if measured is None else _met(measured <= most)
            yield [named(section), said, f"{most:g}", told, met]


def _calibration(section: Section) -> Iterator[list[str]]:
    ours = section.ours
    if ours is None or section.split not in {RANDOM, LATER}:
        return
    rows = section.rows["learned"] + section.rows["calibrated"]
    later = section.split == LATER
    for stated in STATED:
        name = f"{stated * 100:.0f}"
        covered = ours.mean(f"coverage_{name}")
        missed = off(covered, stated, rows, later=later)
        most = "3 points below" if later else "1.2 points off, more where few calibrate"
        yield [
            named(section),
            f"coverage, stated {name} %",
            most,
            f"{covered:.1%}",
            _met(not missed),
        ]
        worst = ours.figures.get(f"worst_gap_{name}")
        if worst is not None and not later:
            most_off = section.floor[name][1] + GAP_OVER_FLOOR
            yield [
                named(section),
                f"worst group, stated {name} %",
                f"{most_off:.1%}",
                f"{worst.mean:.1%}",
                _met(worst.mean <= most_off),
            ]
        typical = ours.figures.get(f"typical_gap_{name}")
        if typical is not None and not later:
            yield [
                named(section),
                f"group gap, stated {name} %",
                f"{TYPICAL_GAP:.1%}",
                f"{typical.mean:.1%}",
                _met(typical.mean <= TYPICAL_GAP),
            ]
    crossing = ours.mean("crossed_share")
    yield [named(section), "rows crossing", "0", f"{crossing:.0%}", _met(crossing == 0)]


def _without_employer(section: Section) -> Iterator[list[str]]:
    ours = section.ours
    if ours is None:
        return
    where = f"{named(section)}, without the employer"
    loss = ours.mean(LOSS)
    yield [where, "pinball loss", f"{BLANKED_LOSS:g}", f"{loss:.4f}", _met(loss <= BLANKED_LOSS)]
    for stated in STATED:
        covered = ours.mean(f"coverage_{stated * 100:.0f}")
        yield [
            where,
            f"coverage, stated {stated:.0%}",
            f"{100 * BLANKED_OFF:g} points off",
            f"{covered:.1%}",
            _met(abs(covered - stated) <= BLANKED_OFF),
        ]


def _met(is_met: bool) -> str:
    return MET if is_met else MISSED
