"""What is asked of paylens on the whole tables, beside what was measured.

The pinball loss is held against the best of all corrected peers, those fed with our matrix too:
the hardest reading.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from training.benchmark.losses import OVER_FLOOR, TYPICAL_GAP, allowed, off
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

COLUMNS = (
    *("pinball loss", "to best peer", "to look-up", "interval score 90, to CQR"),
    *("covers 80", "covers 90", "worst group 80", "worst group 90"),
    *("group gap 80", "group gap 90", "rows crossing"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked of paylens.

    Attributes:
        column: Which of ``COLUMNS``.
        measured: What was measured, in words.
        bound: What it may be, in words.
        is_met: Whether it is met; None where it was not measured.
    """

    column: str
    measured: str
    bound: str
    is_met: bool | None

    def __str__(self) -> str:
        """Return both, in bold where it is not met."""
        told = f"{self.measured} ({self.bound})"
        return told if self.is_met else f"**{told}**"


def goals(whole: Sequence[Section], blanked: Sequence[Section]) -> str:
    """Return the table of goals, Markdown, below a line that counts those met.

    Args:
        whole: Sections in which records were asked as they are.
        blanked: Sections in which they were asked without the employer.
    """
    asked = {named(section): [*_ratios(section), *_calibration(section)] for section in whole}
    asked |= {f"{of.table}, without the employer": [*_without_employer(of)] for of in blanked}
    every = [each for row in asked.values() for each in row]
    met = sum(bool(each.is_met) for each in every)
    rows = [[where, *_cells(row)] for where, row in asked.items() if row]
    return f"{met} of {len(every)} are met.\n\n{table(['table and split', *COLUMNS], rows)}"


def _cells(row: Sequence[Asked]) -> list[str]:
    by_column = {each.column: str(each) for each in row}
    return [by_column.get(column, NONE) for column in COLUMNS]


def ratio(ours: Line | None, metric: str, other: Line | None, its: str) -> float | None:
    """Return our ``metric`` as a share of ``other``'s ``its``; None where one is missing."""
    if ours is None or other is None or its not in other.figures or metric not in ours.figures:
        return None
    return ours.mean(metric) / other.mean(its)


def _ratios(section: Section) -> Iterator[Asked]:
    goal, ours = GOALS.get((section.table, section.split), Goal()), section.ours
    by_cqr = section.line(SAME_BOOSTERS)
    found = (
        ("to best peer", goal.peer, ratio(ours, LOSS, best(section.peers, LOSS), LOSS)),
        ("to look-up", goal.look_up, ratio(ours, LOSS, section.look_up, LOSS)),
        (
            "interval score 90, to CQR",
            goal.cqr,
            ratio(ours, "interval_score_90", by_cqr, BY_CQR),
        ),
    )
    for column, most, measured in found:
        if most is not None and measured is None:
            yield Asked(column, "not measured", f"≤ {most:g}", None)
        elif most is not None and measured is not None:
            yield Asked(column, f"{measured:.3f}", f"≤ {most:g}", measured <= most)


def _calibration(section: Section) -> Iterator[Asked]:
    # Of employers never seen nothing is asked but to be shown.
    ours, later = section.ours, section.split == LATER
    if ours is None or not (later or section.split == RANDOM):
        return
    rows = section.rows["learned"] + section.rows["calibrated"]
    for stated in STATED:
        name = f"{stated * 100:.0f}"
        covered, slack = ours.mean(f"coverage_{name}"), allowed(stated, rows, later=later)
        bound = f"≥ {stated - slack:.0%}" if later else f"{name} ± {100 * slack:.1f}"
        met = not off(covered, stated, rows, later=later)
        yield Asked(f"covers {name}", f"{covered:.1%}", bound, met)
        if not later:
            floor = section.floor[name][1]
            yield from _gap(ours, f"worst_gap_{name}", f"worst group {name}", floor + OVER_FLOOR)
            yield from _gap(ours, f"typical_gap_{name}", f"group gap {name}", TYPICAL_GAP)
    crossing = ours.mean("crossed_share")
    yield Asked("rows crossing", f"{crossing:.0%}", "0", crossing == 0)


def _gap(ours: Line, metric: str, column: str, most: float) -> Iterator[Asked]:
    found = ours.figures.get(metric)
    if found is not None:
        yield Asked(column, f"{found.mean:.1%}", f"≤ {most:.1%}", found.mean <= most)


def _without_employer(section: Section) -> Iterator[Asked]:
    ours = section.ours
    if ours is None:
        return
    loss = ours.mean(LOSS)
    yield Asked("pinball loss", f"{loss:.4f}", f"≤ {BLANKED_LOSS:g}", loss <= BLANKED_LOSS)
    for stated in STATED:
        name = f"{stated * 100:.0f}"
        covered = ours.mean(f"coverage_{name}")
        bound = f"{name} ± {100 * BLANKED_OFF:g}"
        yield Asked(f"covers {name}", f"{covered:.1%}", bound, abs(covered - stated) <= BLANKED_OFF)
