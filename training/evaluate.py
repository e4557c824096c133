"""How good a model is on records it has not seen, overall and group by group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from serving.bands import experience_bands, fifths
from serving.model import CompensationModel
from serving.prediction import Predictions
from serving.shrinkage import Drawn, drawn, prior, wilson_interval
from training.component_metrics import component_coverage, component_errors
from training.metrics import (
    LEVELS,
    coverage,
    interval_score,
    mean_width,
    median_absolute_percentage_error,
    pinball_loss,
)

STATED = (0.8, 0.9)
"""Coverages reported; their ends are among ``LEVELS``."""

LEAST = 100
"""A group with fewer records is not reported alone."""

WORDS = ("role", "seniority", "company_stage", "country", "metro", "pay_basis", "source")
GROUPED_BY = (*WORDS, "experience", "scale")
"""Columns of a record, and bands of its experience and of what is predicted of it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    Attributes:
        metrics: Name -> value; pinball loss, interval scores and widths are in log pay.
        by_group: One row a group and stated coverage: ``by``, ``group``, ``n``, ``stated``,
            ``measured``, ``low``, ``high`` (95 % interval of the measured share), ``drawn`` (the
            share drawn to that of all, as a small group's own is half chance), ``mdape``.
        ranks: Level at which each record's pay fell in its own prediction, shape (rows,).
        scale: Predicted spread of each record's log pay, shape (rows,).
    """

    metrics: Mapping[str, float]
    by_group: pl.DataFrame
    ranks: np.ndarray
    scale: np.ndarray


def evaluate(
    model: CompensationModel, records: pl.DataFrame, predictions: Predictions | None = None
) -> Report:
    """Return how well ``model`` predicts ``records`` (``data.record.RECORD_TYPES``).

    Args:
        model: What predicted.
        records: The inputs and what was paid.
        predictions: Of the records, at ``LEVELS``; None where they are still to be made.
    """
    log_pay = np.log(records["pay_usd"].to_numpy())
    if predictions is None:
        predictions = model.predict(records, LEVELS, threads=0)
    quantiles = np.log(predictions.quantiles)
    residuals = (log_pay - predictions.location) / predictions.scale
    ranks = model.calibration.ranks(residuals, predictions.groups)
    metrics = (
        score(log_pay, quantiles)
        | component_errors(records, predictions.components)
        | component_coverage(model, records, predictions, STATED)
    )
    return Report(metrics, by_group(records, log_pay, quantiles), ranks, predictions.scale)


def scored(model: CompensationModel, records: pl.DataFrame) -> dict[str, float]:
    """Return ``score`` of what ``model`` predicts of ``records``."""
    log_pay = np.log(records["pay_usd"].to_numpy())
    predictions = model.predict(records, LEVELS, threads=0, components=False)
    return score(log_pay, np.log(predictions.quantiles))


def score(
    log_pay: np.ndarray, quantiles: np.ndarray, levels: Sequence[float] = LEVELS
) -> dict[str, float]:
    """Return the metrics of predicted quantiles.

    Args:
        log_pay: Shape (rows,).
        quantiles: Quantiles of log pay at ``levels``, shape (rows, levels).
        levels: The 19 levels of ``LEVELS``.
    """
    median = quantiles[:, levels.index(0.5)]
    metrics = {
        "records": float(len(log_pay)),
        "pinball_loss": pinball_loss(log_pay, quantiles, levels),
        "median_absolute_percentage_error": median_absolute_percentage_error(log_pay, median),
        "crossings": float(np.sum(np.diff(quantiles, axis=1) < 0)),
    }
    for stated in STATED:
        lower, upper = ends(quantiles, stated, levels)
        name = f"{stated * 100:.0f}"
        metrics[f"coverage_{name}"] = coverage(log_pay, lower, upper)
        metrics[f"interval_score_{name}"] = interval_score(log_pay, lower, upper, stated)
        metrics[f"mean_width_{name}"] = mean_width(lower, upper)
    return metrics


def ends(
    quantiles: np.ndarray, stated: float, levels: Sequence[float] = LEVELS
) -> tuple[np.ndarray, np.ndarray]:
    """Return lower and upper end of the central interval of coverage ``stated``."""
    tail = round((1 - stated) / 2, 4)
    return quantiles[:, levels.index(tail)], quantiles[:, levels.index(round(1 - tail, 4))]


def by_group(records: pl.DataFrame, log_pay: np.ndarray, quantiles: np.ndarray) -> pl.DataFrame:
    """Return the coverage of each group of ``GROUPED_BY`` with at least ``LEAST`` records.

    The bands of ``scale`` are fifths of the predicted width.
    """
    median = quantiles[:, LEVELS.index(0.5)]
    held = {stated: inside(log_pay, *ends(quantiles, stated)) for stated in STATED}
    lower, upper = ends(quantiles, STATED[0])
    rows = []
    for by, names in grouped(records, upper - lower).items():
        of = np.array([name or "" for name in names])
        told, counts = np.unique(of[of != ""], return_counts=True)
        groups = {str(name): of == name for name in told[counts >= LEAST]}
        for stated, covered in held.items():
            shares = drawn_shares(list(groups.values()), covered)
            for (name, own), share in zip(groups.items(), shares, strict=True):
                n, measured = int(own.sum()), float(covered[own].mean())
                low, high = wilson_interval(measured, n)
                mdape = median_absolute_percentage_error(log_pay[own], median[own])
                rows.append((by, name, n, stated, measured, low, high, share, mdape))
    columns = ("by", "group", "n", "stated", "measured", "low", "high", "drawn", "mdape")
    return pl.DataFrame(rows, schema=columns, orient="row").sort("by", "group", "stated")


def inside(log_pay: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Return whether each pay lies in its interval, bool, shape (rows,)."""
    answer: np.ndarray = (log_pay >= lower) & (log_pay <= upper)
    return answer


def drawn_shares(groups: list[np.ndarray], covered: np.ndarray) -> list[float]:
    """Return the share of each of ``groups`` that is ``covered``, drawn to that of all.

    Args:
        groups: Whether each row is in the group, bool, shape (rows,) each.
        covered: Whether each row is, bool, shape (rows,).
    """
    whole = Drawn(np.array([covered.mean()]), float(len(covered)))
    own = [np.array([covered[group].mean()]) for group in groups]
    n = [float(group.sum()) for group in groups]
    strength = prior(own, [whole.shares] * len(own), n)
    return [
        float(drawn(share, size, whole, strength).shares[0])
        for share, size in zip(own, n, strict=True)
    ]


def grouped(
    records: pl.DataFrame, predicted: np.ndarray | None = None
) -> dict[str, list[str | None]]:
    """Return for each of ``GROUPED_BY`` the group of each record; None where it is unknown.

    Args:
        records: Shape (rows,).
        predicted: Predicted width or scale of each, shape (rows,); without it, no ``scale``.
    """
    told = {by: records[by].to_list() for by in WORDS}
    told["experience"] = experience_bands(records["years_experience"])
    return told if predicted is None else {**told, "scale": fifths(predicted)}
