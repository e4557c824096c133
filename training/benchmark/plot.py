"""The comparison as one picture."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from training.benchmark.markdown import named
from training.benchmark.summary import LOSS, Section
from training.plots import INK, PAPER


def picture(sections: Sequence[Section]) -> Figure:
    """Return each method's pinball loss as a share of the look-up's, a row a table and split."""
    shown = [section for section in sections if section.look_up is not None]
    figure = Figure(figsize=(8, 1.2 + 0.45 * len(shown)), layout="constrained")
    axes = figure.subplots()
    for row, section in enumerate(shown):
        if section.look_up is None:
            continue
        whole = section.look_up.mean(LOSS)
        peers = [line.mean(LOSS) / whole for line in section.peers]
        name = "peers, corrected" if row == 0 else None
        axes.plot(peers, [row] * len(peers), "o", color=PAPER, markeredgecolor="grey", label=name)
        if section.ours is not None:
            ours = section.ours.mean(LOSS) / whole
            axes.plot([ours], [row], "D", color=INK, label="paylens" if row == 0 else None)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(shown)), [named(section) for section in shown])
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set(xlabel="pinball loss as a share of the look-up's (1 is what pay sites show)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write ``figure`` to ``path``, SVG with its words as text; the same figure, the same bytes."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "paylens"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
