"""The comparison as one picture."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from training.benchmark.markdown import named
from training.benchmark.summary import LOSS, Line, Section
from training.plots import INK, PAPER

KINDS: Mapping[str, tuple[Callable[[Section], Iterable[Line | None]], Mapping[str, Any]]] = {
    "peers, our matrix": (
        lambda section: section.on_our_matrix,
        {"marker": "s", "color": "white", "markeredgecolor": "grey"},
    ),
    "peers, raw inputs": (
        lambda section: section.on_raw,
        {"marker": "o", "color": PAPER, "markeredgecolor": "grey"},
    ),
    "paylens": (lambda section: [section.ours], {"marker": "D", "color": INK}),
}
"""What a point stands for -> the lines of a section that are such points, and how they look."""


def picture(sections: Sequence[Section]) -> Figure:
    """Return each method's pinball loss as a share of the look-up's, a row a table and split."""
    shown = [(section, section.look_up) for section in sections if section.look_up is not None]
    figure = Figure(figsize=(8, 1.2 + 0.45 * len(shown)), layout="constrained")
    axes = figure.subplots()
    for name, (lines, look) in KINDS.items():
        points = [
            (line.mean(LOSS) / look_up.mean(LOSS), row)
            for row, (section, look_up) in enumerate(shown)
            for line in lines(section)
            if line is not None
        ]
        if points:
            axes.plot(*zip(*points, strict=True), linestyle="", label=name, **look)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(shown)), [named(section) for section, _ in shown])
    axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
    axes.set(xlabel="pinball loss as a share of the look-up's (1 is what pay sites show)")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write ``figure`` to ``path``, SVG with its words as text; the same figure, the same bytes."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "paylens"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
