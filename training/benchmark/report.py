"""The page of a comparison: ``docs/benchmark.md``, written from what was measured alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training.benchmark.groups import LEAST
from training.benchmark.losses import WHY, losses
from training.benchmark.markdown import (
    COLUMNS,
    NONE,
    OF_COSTS,
    SPLIT_NAMES,
    best,
    methods,
    named,
    table,
)
from training.benchmark.measure import BLANKED
from training.benchmark.method import Occasion, how, settings
from training.benchmark.run import Results
from training.benchmark.summary import BY_CQR, LOSS, Line, Section, sections


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
    ("levels_fyi", "grouped_random"): Goal(0.975, 0.60, 0.95),
    ("stackoverflow", "grouped_random"): Goal(0.985, 0.84, 0.95),
    ("aijobs", "grouped_random"): Goal(1.0, 0.97),
    ("ai_job_ads", "grouped_random"): Goal(1.0, 0.75, 0.95),
    ("levels_fyi_minimal", "grouped_random"): Goal(look_up=0.82),
}
"""Table and split -> what is asked of us there."""

BLANKED_LOSS, BLANKED_OFF = 0.095, 0.02
"""Pinball loss, and distance of coverage from what is stated, asked of us without the employer."""

SAME_BOOSTERS = "lightgbm-ours"


def report(results: Results, occasion: Occasion, picture: str) -> str:
    """Return the page, Markdown; ``picture`` is the file name of the plot beside it."""
    whole, blanked = sections(results), sections(results, BLANKED)
    parts = [
        f"# Paylens beside its peers\n\n{_head(occasion)}",
        f"## In short\n\n{_short(whole)}\n\n![Pinball loss of every method]({picture})",
        f"## Where we do not win\n\n{_where(whole)}",
        *(_section(section) for section in whole),
        *(_blanked(section) for section in blanked),
        f"## How it was measured\n\n{how(occasion)}",
        f"## Settings\n\n{settings({job.peer for job in results})}",
    ]
    return "\n\n".join(parts) + "\n"


def _head(occasion: Occasion) -> str:
    seeds = "one seed" if occasion.seeds == 1 else f"the mean of {occasion.seeds} seeds ± their sd"
    drawn = (
        f"**Only about {occasion.rows:,} rows of each table were used**: a trial, not the result. "
        if occasion.rows
        else ""
    )
    quick = (
        "Quick: CatBoost, quantile-forest and NGBoost were given our matrix only. "
        if occasion.quick
        else ""
    )
    lacking = "".join(
        f"\n\n{label}: not installed ({', '.join(needs)}); `make bench-accuracy` installs it."
        for label, needs in occasion.missing.items()
    )
    return (
        f"Written by `paylens-train benchmark` on {occasion.day.isoformat()}; do not edit. "
        f"{drawn}{quick}Every figure is {seeds}, on records no method had seen. Pinball loss, "
        f"interval score and width are in log pay, and less is better.{lacking}"
    )


def _short(whole: Sequence[Section]) -> str:
    head = [
        *("table and split", "held out", "paylens", "best corrected peer", "ratio", "to look-up"),
        *("interval score 90, to CQR", "covers 80", "covers 90"),
    ]
    return table(head, [_summed_up(section) for section in whole])


def _summed_up(section: Section) -> list[str]:
    goal = GOALS.get((section.table, section.split), Goal())
    ours, rival, cqr = section.ours, best(section.peers, LOSS), section.line(SAME_BOOSTERS)
    return [
        named(section),
        f"{section.rows['held_out']:,}",
        f"{ours.mean(LOSS):.4f}" if ours else NONE,
        f"{rival.mean(LOSS):.4f} {rival.label}" if rival else NONE,
        _ratio(ours, LOSS, rival, LOSS, goal.peer),
        _ratio(ours, LOSS, section.look_up, LOSS, goal.look_up),
        _ratio(ours, "interval_score_90", cqr, BY_CQR, goal.cqr),
        *(f"{ours.mean(f'coverage_{name}'):.1%}" if ours else NONE for name in ("80", "90")),
    ]


def _ratio(ours: Line | None, metric: str, other: Line | None, its: str, goal: float | None) -> str:
    if ours is None or other is None or its not in other.figures:
        return NONE
    ratio = ours.mean(metric) / other.mean(its)
    return f"{ratio:.3f}" + (f" (goal {goal:g})" if goal else "")


def _where(whole: Sequence[Section]) -> str:
    found = [f"- {sentence}" for sentence in losses(whole)]
    return "\n".join(found) + f"\n\n{WHY}" if found else "Nowhere in these figures."


def _section(section: Section) -> str:
    rows = section.rows
    told = (
        f"{rows['held_out']:,} records held out, {rows['learned']:,} to learn from and "
        f"{rows['calibrated']:,} to calibrate on (paylens divides the two together as it does "
        f"in service); {section.groups} groups worth {LEAST} people or more."
    )
    return (
        f"## {section.table}: {SPLIT_NAMES[section.split]}\n\n{told}\n\n"
        f"{methods(section, COLUMNS)}\n\n{methods(section, OF_COSTS)}"
    )


def _blanked(section: Section) -> str:
    return (
        f"## {section.table}: asked without the employer\n\n"
        "The same people with company, company level, years at the company, and the seniority that "
        "only the level told, blanked. Peers learned from whole rows and were corrected on whole "
        "rows, but for *masked copies*: the peer strongest on whole rows, which learned from the "
        "same copies as paylens and was corrected on rows blanked likewise. Asked of us on the "
        f"whole table: pinball loss at most {BLANKED_LOSS:g}, coverage within {BLANKED_OFF:.0%}."
        "\n\n"
        f"{methods(section, COLUMNS)}"
    )
