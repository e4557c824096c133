"""The page of a comparison: ``docs/benchmark.md``, written from what was measured alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from training.benchmark.goals import BLANKED_LOSS, BLANKED_OFF, goals, ratio
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
from training.benchmark.peers import PAYLENS, SAME_BOOSTERS
from training.benchmark.run import Results
from training.benchmark.splits import BY_COMPANY
from training.benchmark.summary import BY_CQR, LOSS, Line, Section, sections


@dataclass(frozen=True, slots=True)
class Besides:
    """Sections measured beside the peers, Markdown; empty where they were not."""

    components: str = ""
    pooling: str = ""


SHORT = """\
*Raw inputs*: the library as its user would run it, on the record's own words, numbers and flags.
*Our matrix*: the same library fed with our encoder's columns, which no user of it has: it shows
what is due to the encoder and what to the method. Each peer is shown by its better conformal
correction. CQR is held against on the same boosters and matrix (LightGBM, our matrix). *fit* is
ours."""

ASKED = """\
What was measured, and in brackets what is asked; in bold where it is missed. The pinball loss is
held against the best of *all* corrected peers, those on our matrix too: the hardest reading. The
worst group may be two points above the 90th percentile of a perfect model's."""

COLD_COMPANY = """\
All records of a company are on one side: whoever is measured works for an employer that no method
has seen. Records that name none are learned from. Asked of the few methods it is meant for."""


def report(
    results: Results, occasion: Occasion, picture: str, besides: Besides | None = None
) -> str:
    """Return the page, Markdown.

    Args:
        results: What was measured of each method.
        occasion: How.
        picture: File name of the plot beside the page.
        besides: What else was measured.
    """
    whole, blanked = sections(results), sections(results, BLANKED)
    besides = besides or Besides()
    head = f"# Paylens beside its peers\n\n{_head(occasion)}"
    compared = [
        f"## In short\n\n{_short(whole)}\n\n{SHORT}\n\n![Pinball loss of every method]({picture})",
        f"## What is asked of paylens\n\n{ASKED}\n\n{goals(whole, blanked)}",
        f"## Where we do not win\n\n{_where(whole)}",
        *(_section(section) for section in whole),
        *(_blanked(section) for section in blanked),
    ]
    last = [
        besides.components,
        besides.pooling,
        f"## How it was measured\n\n{how(occasion)}",
        f"## Settings\n\n{settings({PAYLENS} | {job.peer for job in results})}",
    ]
    parts = [head, *(compared if results else []), *last]
    return "\n\n".join(part for part in parts if part) + "\n"


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
        *("table and split", "held out", "paylens", "best peer, raw inputs", "ratio"),
        *("best peer, our matrix", "ratio", "to look-up", "interval score 90, to CQR"),
        *("covers 80", "covers 90", "fit, s"),
    ]
    return table(head, [_summed_up(section) for section in whole])


def _summed_up(section: Section) -> list[str]:
    ours, cqr = section.ours, section.line(SAME_BOOSTERS)
    told = [named(section), f"{section.rows['held_out']:,}", _figure(ours, LOSS, "{:.4f}")]
    for peers in (section.on_raw, section.on_our_matrix):
        rival = best(peers, LOSS)
        told.append(f"{_figure(rival, LOSS, '{:.4f}')} {rival.label}" if rival else NONE)
        told.append(_ratio(ours, LOSS, rival, LOSS))
    return [
        *told,
        _ratio(ours, LOSS, section.look_up, LOSS),
        _ratio(ours, "interval_score_90", cqr, BY_CQR),
        *(_figure(ours, f"coverage_{name}", "{:.1%}") for name in ("80", "90")),
        _figure(ours, "fit_seconds", "{:,.0f}"),
    ]


def _figure(line: Line | None, metric: str, form: str) -> str:
    return form.format(line.mean(metric)) if line else NONE


def _ratio(ours: Line | None, metric: str, other: Line | None, its: str) -> str:
    found = ratio(ours, metric, other, its)
    return NONE if found is None else f"{found:.3f}"


def _where(whole: Sequence[Section]) -> str:
    found = [f"- {sentence}" for sentence in losses(whole)]
    return "\n".join(found) + f"\n\n{WHY}" if found else "Nowhere in these figures."


def _section(section: Section) -> str:
    rows = section.rows
    told = (
        f"{rows['held_out']:,} records held out, {rows['learned']:,} to learn from and "
        f"{rows['calibrated']:,} to calibrate on (paylens divides the two together as it does "
        f"in service); groups worth {LEAST} people or more: {section.groups}{_repeated(section)}."
    )
    if section.split == BY_COMPANY:
        told = f"{COLD_COMPANY}\n\n{told}"
    return (
        f"## {section.table}: {SPLIT_NAMES[section.split]}\n\n{told}\n\n"
        f"{methods(section, COLUMNS)}\n\n{methods(section, OF_COSTS)}"
    )


def _repeated(section: Section) -> str:
    if not section.repeated:
        return ""
    return (
        f" ({section.repeated} more hold as many records, but so few separate outcomes that chance "
        "alone could explain any gap)"
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
