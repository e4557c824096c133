"""Pictures of how a model did."""

import numpy as np
import polars as pl
from matplotlib.figure import Figure

INK, PAPER = "#1f5f8b", "#c9d6df"


def calibration_plot(ranks: np.ndarray) -> Figure:
    """Return stated against measured: the share of pays below each predicted percentile.

    Args:
        ranks: Level at which each held-out pay fell in its own prediction, shape (rows,).
    """
    levels = np.linspace(0.01, 0.99, 99)
    measured = np.searchsorted(np.sort(ranks), levels, side="right") / len(ranks)
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=PAPER, linewidth=3, label="perfect")
    axes.plot(levels, measured, color=INK, label=f"measured on {len(ranks):,} held-out records")
    axes.set(xlabel="stated percentile", ylabel="share of pays below it", title="Calibration")
    axes.set_aspect("equal")
    axes.legend(loc="upper left")
    return figure


def group_coverage_plot(by_group: pl.DataFrame, stated: float = 0.8) -> Figure:
    """Return the measured coverage of each group with its 95 % interval.

    Args:
        by_group: ``training.evaluate.Report.by_group``.
        stated: The stated coverage to show, 0 to 1.
    """
    rows = by_group.filter(pl.col("stated") == stated).sort("by", "measured")
    figure = Figure(figsize=(8, 1.5 + 0.22 * rows.height), layout="constrained")
    axes = figure.subplots()
    place = np.arange(rows.height)
    measured = rows["measured"].to_numpy()
    reach = np.abs(
        np.vstack([measured - rows["low"].to_numpy(), rows["high"].to_numpy() - measured])
    )
    axes.errorbar(measured, place, xerr=reach, fmt="o", color=INK, ecolor=PAPER, elinewidth=3)
    axes.axvline(stated, color="black", linewidth=1)
    names = [
        f"{by}: {group} ({n:,})" for by, group, n in rows.select("by", "group", "n").iter_rows()
    ]
    axes.set_yticks(place, names)
    axes.set(xlabel=f"measured coverage (stated {stated:.0%})", title="Coverage by group")
    return figure


def backtest_plot(months: pl.DataFrame) -> Figure:
    """Return the coverage of each month after a cut, method by method.

    Args:
        months: ``training.backtest.Backtest.months``.
    """
    cuts = months["cut"].unique().sort().to_list()
    figure = Figure(figsize=(11, 2.8 * len(cuts)), layout="constrained")
    grid = figure.subplots(len(cuts), 2, squeeze=False)
    for panels, cut in zip(grid, cuts, strict=True):
        for axes, stated in zip(panels, (0.8, 0.9), strict=True):
            axes.axhline(stated, color=PAPER, linewidth=3)
            own = months.filter(pl.col("cut") == cut)
            for (method,), rows in own.group_by("method", maintain_order=True):
                shares = rows[f"coverage_{stated * 100:.0f}"].to_numpy()
                axes.plot(rows["month"].to_numpy(), shares, marker=".", label=method)
            axes.set(title=f"trained before {cut:%Y-%m}", ylabel=f"coverage (stated {stated:.0%})")
            axes.tick_params(axis="x", rotation=30)
    grid[0][0].legend(fontsize="small")
    return figure


def factor_plot(effects: pl.DataFrame) -> Figure:
    """Return how far each field moves the prediction.

    Args:
        effects: ``field`` and ``effect``, the mean absolute contribution to log pay.
    """
    rows = effects.sort("effect")
    figure = Figure(figsize=(7, 1 + 0.28 * rows.height), layout="constrained")
    axes = figure.subplots()
    axes.barh(rows["field"].to_list(), 100 * np.expm1(rows["effect"].to_numpy()), color=INK)
    axes.set(xlabel="typical change of the prediction, %", title="What the prediction depends on")
    return figure
