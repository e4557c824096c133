"""How good a model is on records it has not seen, overall and group by group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from serving.model import CompensationModel
from training.metrics import (
    LEVELS,
    coverage,
    interval_score,
    mean_width,
    median_absolute_percentage_error,
    pinball_loss,
    wilson_interval,
)

STATED = (0.8, 0.9)
"""Coverages reported; their ends are among ``LEVELS``."""

LEAST = 100
"""A group with fewer records is not reported alone."""

GROUPED_BY = ("role", "seniority", "company_stage", "country", "experience", "pay_basis", "source")

YEARS = (0, 2, 5, 10, 15)
EXPERIENCE = (None, "0-2 years", "2-5 years", "5-10 years", "10-15 years", "15+ years")
"""Bands of experience: lower ends, and their names with that of the unknown first."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    Attributes:
        metrics: Name -> value; pinball loss, interval scores and widths are in log pay.
        by_group: One row a group and stated coverage: ``by``, ``group``, ``n``, ``stated``,
            ``measured``, ``low``, ``high`` (95 % interval of the measured share), ``mdape``.
        ranks: Level at which each record's pay fell in its own prediction, shape (rows,).
    """

    metrics: Mapping[str, float]
    by_group: pl.DataFrame
    ranks: np.ndarray


def evaluate(model: CompensationModel, records: pl.DataFrame) -> Report:
    """Return how well ``model`` predicts ``records`` (``data.record.RECORD_TYPES``)."""
    log_pay = np.log(records["pay_usd"].to_numpy())
    predictions = model.predict(records, LEVELS, threads=0)
    quantiles = np.log(predictions.quantiles)
    residuals = (log_pay - predictions.location) / predictions.scale
    ranks = model.calibration.ranks(residuals, predictions.groups)
    metrics = score(log_pay, quantiles) | component_errors(records, predictions.components)
    return Report(metrics, by_group(records, log_pay, quantiles), ranks)


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


def component_errors(records: pl.DataFrame, components: np.ndarray) -> dict[str, float]:
    """Return the mean absolute error of each component, USD a year, where it is known."""
    errors = {}
    for place, name in enumerate(("base", "bonus", "equity")):
        known = records["base_usd"].is_not_null().to_numpy() & ~np.isnan(components[:, place])
        if known.any():
            actual = records[f"{name}_usd"].fill_null(0.0).to_numpy()[known]
            error = float(np.mean(np.abs(components[known, place] - actual)))
            errors[f"{name}_mean_absolute_error_usd"] = error
    return errors


def by_group(records: pl.DataFrame, log_pay: np.ndarray, quantiles: np.ndarray) -> pl.DataFrame:
    """Return the coverage of each group of ``GROUPED_BY`` with at least ``LEAST`` records."""
    median = quantiles[:, LEVELS.index(0.5)]
    rows = []
    for by, names in grouped(records).items():
        for name in sorted({name for name in names if name is not None}):
            own = np.array([each == name for each in names])
            n = int(own.sum())
            if n < LEAST:
                continue
            mdape = median_absolute_percentage_error(log_pay[own], median[own])
            for stated in STATED:
                lower, upper = ends(quantiles[own], stated)
                share = coverage(log_pay[own], lower, upper)
                low, high = wilson_interval(share, n)
                rows.append((by, name, n, stated, share, low, high, mdape))
    columns = ("by", "group", "n", "stated", "measured", "low", "high", "mdape")
    return pl.DataFrame(rows, schema=columns, orient="row")


def grouped(records: pl.DataFrame) -> dict[str, list[str | None]]:
    """Return for each of ``GROUPED_BY`` the group of each record; None where it is unknown."""
    years = records["years_experience"].fill_null(-1.0).to_numpy()
    bands = [EXPERIENCE[band] for band in np.digitize(years, YEARS)]
    told = {by: records[by].to_list() for by in GROUPED_BY if by != "experience"}
    return told | {"experience": bands}
