"""The past replayed: trained up to a month, judged on the months after, and what time does to it.

Source: Tashman 2000, "Out-of-sample tests of forecasting accuracy", for the rolling origin.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from data.errors import TrainingError
from serving.model import CompensationModel
from training.config import Config
from training.fit import fit, steps
from training.outcomes import months_of
from training.replay import METHODS, Pace, replay
from training.split import Split

MEANS = ("coverage_80", "coverage_90", "pinball_loss", "mean_residual")
"""Figures of a month that are means over its records, so that months can be pooled."""

LEAST = 200
"""A month with fewer records says too little of how far pay has moved."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a replay showed.

    Attributes:
        months: The rows of ``training.replay.replay``, with the first month judged as ``cut``.
        overall: ``cut``, ``method``, ``n`` and ``MEANS``, over all months of a cut.
        drift_yearly: Standard deviation of what typical log pay moves in a year; NaN where no
            month has ``LEAST`` records.
    """

    months: pl.DataFrame
    overall: pl.DataFrame
    drift_yearly: float


def cuts_of(records: pl.DataFrame, shares: Sequence[float]) -> list[date]:
    """Return the first months judged: the first day of the month after each share of the records.

    Args:
        records: ``data.record.RECORD_TYPES``.
        shares: Shares of the records, 0 to 1, in order of time.

    Raises:
        TrainingError: All records are of one month, so nothing comes after anything.
    """
    days = records["observed_on"].sort()
    months = np.unique(months_of(days))
    if len(months) < 2:
        raise TrainingError(
            f"all {records.height:,} records are of {days[0]:%B %Y}: a backtest needs records of "
            "several months"
        )
    at = {days[int(share * (records.height - 1))].replace(day=1) for share in shares}
    # Nothing lies before the first month, so there the second one is the first to be judged.
    second = date(int(months[1]) // 12, int(months[1]) % 12 + 1, 1)
    return sorted({max(day, second) for day in at})


def split_at(records: pl.DataFrame, cut: date) -> Split:
    """Return the records before ``cut`` and those from it on; groups on both sides only test."""
    test = records.filter(pl.col("observed_on") >= cut)
    train = records.filter(
        (pl.col("observed_on") < cut)
        & ~pl.col("group_id").is_in(test["group_id"].unique().implode())
    )
    return Split(f"before {cut:%Y-%m}", train, test)


def length(config: Config, cuts: Sequence[date]) -> int:
    """Return how many steps ``backtest`` tells of."""
    return len(cuts) * (steps(config) + 1)


def backtest(
    records: pl.DataFrame,
    config: Config,
    cuts: Sequence[date],
    pace: Pace,
    tell: Callable[[str], None],
) -> Backtest:
    """Return what happened in the months after each of ``cuts``.

    Raises:
        TrainingError: Too few records before a cut to fit on.
    """
    tables = []
    for cut in cuts:
        split = split_at(records, cut)
        model = fitted(split.train, config, _told_of(split.name, tell))
        tell(f"{split.name}: judging the months after")
        months = pl.concat(replay(model, split.test, pace))
        tables.append(months.select(pl.lit(cut).alias("cut"), pl.all()))
    whole = pl.concat(tables)
    return Backtest(whole, overall(whole), drift_yearly(whole))


def fitted(records: pl.DataFrame, config: Config, tell: Callable[[str], None]) -> CompensationModel:
    """Return the model that ``training.fit`` makes of ``records``."""
    return fit(records, config, tell).model


def overall(months: pl.DataFrame) -> pl.DataFrame:
    """Return the ``MEANS`` of each cut and method over all its months, each record counting one."""
    weighted = ((pl.col(name) * pl.col("n")).sum() / pl.col("n").sum() for name in MEANS)
    return months.group_by("cut", "method", maintain_order=True).agg(
        *(mean.alias(name) for mean, name in zip(weighted, MEANS, strict=True)),
        pl.col("n").sum(),
    )


def drift_yearly(months: pl.DataFrame) -> float:
    """Return how far typical log pay moves in a year, as a random walk's standard deviation.

    The mean residual of a month, h years after the last one learned from, has the variance
    ``drift^2 * h`` and that of its own sampling on top; the squares of all months less the
    latter are set against the years. NaN where no month has ``LEAST`` records.

    Args:
        months: ``Backtest.months``.
    """
    own = months.filter((pl.col("method") == "static") & (pl.col("n") >= LEAST))
    if own.is_empty():
        return float("nan")
    means, variance, n, years = (
        own[name].to_numpy() for name in ("mean_residual", "variance", "n", "years")
    )
    return float(np.sqrt(max(np.sum(means**2 - variance / n) / years.sum(), 0.0)))


def tables(found: Backtest) -> str:
    """Return the months and the whole of each cut as Markdown tables."""
    lines = []
    for (cut,), months in found.months.group_by("cut", maintain_order=True):
        lines += [f"trained on what was observed before {cut}", "", _head("month", "outcomes")]
        for (month,), rows in months.group_by("month", maintain_order=True):
            n, known = rows["n"][0], rows["outcomes"][0]
            lines.append(f"| {month:%Y-%m} | {n:,} | {known:,} | {_cells(rows)} |")
        whole = found.overall.filter(pl.col("cut") == cut)
        lines += [f"| all | {whole['n'][0]:,} | | {_cells(whole)} |", ""]
    if not np.isnan(found.drift_yearly):
        lines.append(f"typical log pay moved by {found.drift_yearly:.4f} a year (random walk)")
    return "\n".join(lines)


def _told_of(part: str, tell: Callable[[str], None]) -> Callable[[str], None]:
    return lambda step: tell(f"{part}: {step}")


def _head(*first: str) -> str:
    names = (first[0], "records", *first[1:], *METHODS)
    about = "each method: coverage at 80 % / at 90 %, pinball loss, mean residual (log pay)"
    return f"{about}\n\n| {' | '.join(names)} |\n|{'---|' * len(names)}"


def _cells(rows: pl.DataFrame) -> str:
    return " | ".join(
        f"{of['coverage_80']:.1%} / {of['coverage_90']:.1%}, {of['pinball_loss']:.4f}, "
        f"{of['mean_residual']:+.3f}"
        for of in rows.iter_rows(named=True)
    )
