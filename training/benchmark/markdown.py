"""Figures as the cells and rows of Markdown tables."""

from collections.abc import Iterable, Sequence

from training.benchmark.summary import COSTS, GIVEN, LOSS, Figure, Line, Section

COLUMNS: tuple[tuple[str, str, str], ...] = (
    (GIVEN, "pinball as given", "{:.4f}"),
    (LOSS, "pinball, corrected", "{:.4f}"),
    ("median_absolute_percentage_error", "median error", "{:.1%}"),
    ("coverage_80", "covers 80", "{:.1%}"),
    ("coverage_90", "covers 90", "{:.1%}"),
    ("interval_score_90", "interval score 90", "{:.3f}"),
    ("mean_width_90", "width 90", "{:.3f}"),
    ("worst_gap_80", "worst group 80", "{:.1%}"),
    ("worst_gap_90", "worst group 90", "{:.1%}"),
    ("typical_gap_80", "group gap 80", "{:.1%}"),
    ("typical_gap_90", "group gap 90", "{:.1%}"),
    ("crossed_share", "rows crossing", "{:.0%}"),
)
"""Metric, heading and form of what is shown of each method."""

OF_COSTS: tuple[tuple[str, str, str], ...] = tuple(
    zip(
        COSTS, ("fit, s", "one row, µs", "size, MB"), ("{:,.0f}", "{:,.0f}", "{:,.1f}"), strict=True
    )
)
SPLIT_NAMES = {
    "grouped_random": "random, by group",
    "temporal": "later in time",
    "by_company": "employers never seen",
}
NONE = "–"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def cell(figure: Figure | None, form: str) -> str:
    """Return a figure with its spread; both in the same ``form``.

    >>> cell(Figure(0.0571, 0.0004), "{:.4f}")
    '0.0571 ± 0.0004'
    """
    if figure is None:
        return NONE
    spread = "" if figure.spread is None else f" ± {form.format(figure.spread)}"
    return form.format(figure.mean) + spread


def methods(section: Section, columns: Sequence[tuple[str, str, str]]) -> str:
    """Return the table of a section, a method a row; below it the floor of the group gaps."""
    head = ["method", "correction", *(heading for _, heading, _ in columns)]
    rows = [
        [line.label, line.correction, *(cell(line.figures.get(m), form) for m, _, form in columns)]
        for line in section.lines
    ]
    if section.groups and any(metric.startswith("worst_gap") for metric, _, _ in columns):
        for place, which in enumerate(("median", "90th percentile")):
            floors = [_floor(section, metric, place) for metric, _, _ in columns]
            rows.append([f"*a perfect model, {which}*", "", *floors])
    return table(head, rows)


def _floor(section: Section, metric: str, place: int) -> str:
    of, _, name = metric.rpartition("_")
    return f"*{section.floor[name][place]:.1%}*" if of == "worst_gap" else ""


def named(section: Section) -> str:
    """Return what a section is called: its table and split."""
    return f"{section.table}, {SPLIT_NAMES[section.split]}"


def best(lines: Iterable[Line], metric: str) -> Line | None:
    """Return the line with the least ``metric``; None without lines."""
    return min(
        (line for line in lines if metric in line.figures),
        key=lambda line: line.mean(metric),
        default=None,
    )
