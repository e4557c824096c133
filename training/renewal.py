"""A model whose calibration was moved to recent outcomes: a new artifact, no new boosters."""

from copy import copy
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from data.errors import TrainingError
from data.record import INPUT_TYPES
from serving.calibration import POOLED, groups
from serving.coverage import Coverage
from serving.model import CompensationModel
from training.evaluate import evaluate, score
from training.gather import Pooled
from training.masks import MASKS, masked
from training.metrics import LEVELS
from training.outcomes import first_day, month_of, months_of, outcomes
from training.recalibrate import Move, moved, moves_of, share_of, standing_year
from training.replay import Pace
from training.split import folds_of

LEAST = 100
"""Fewer outcomes than this say less than the calibration they would change."""

BEFORE, AFTER = "outcomes", "outcomes_recalibrated"
"""Names of what was measured on the outcomes, among the manifest's metrics."""

ASKED = ["record_id", *(name for name in INPUT_TYPES if name != "skills")]
"""What tells two ways of asking for a record apart; Polars finds no duplicates by lists."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a recalibration came to.

    Attributes:
        model: The model with its calibration moved, and what was measured of it.
        said: What was done and what it changed, Markdown.
        ranks: Level at which each outcome fell in the moved prediction, shape (rows,).
    """

    model: CompensationModel
    said: str
    ranks: np.ndarray


def renew(
    model: CompensationModel, digest: str, pooled: Pooled, pace: Pace, today: date
) -> Renewal:
    """Return ``model`` recalibrated on the pooled outcomes.

    Args:
        model: The model to start from; it is left as it is.
        digest: SHA-256 (hex) of its manifest, by which the new one names it.
        pooled: Records of pay; those of days the model learned from are set aside.
        pace: Which months of outcomes are used.
        today: The day of the recalibration.

    Raises:
        TrainingError: The model or the outcomes are synthetic, or too few outcomes are usable.
    """
    if model.synthetic or pooled.told["synthetic"]:
        which = "the model learned from" if model.synthetic else "the outcomes are of"
        raise TrainingError(
            f"{which} the synthetic market: recalibration needs a model and outcomes of real pay"
        )
    records = usable(pooled.loaded.records, model, pace, today)
    recent = outcomes(model, records)
    found = moves_of(model.calibration, recent)
    told: dict[str, Any] = {
        "on": today.isoformat(),
        "from_model": digest,
        "outcomes": records.height,
        "observed_from": str(records["observed_on"].min()),
        "observed_to": str(records["observed_on"].max()),
        "window_months": pace.window,
        "delay_months": pace.delay,
        "data": pooled.told,
        "share": share_of(found[POOLED].n),
        "moves": {basis: asdict(move) for basis, move in found.items()},
        "standing_year": standing_year(
            model.standing_year, int(recent.month.max()) / 12, found[POOLED].n
        ),
    }
    before = dict(evaluate(model, records).metrics)
    after, asked, ranks = apart(model, records, told)
    new = _changed(model, found, told)
    new.coverage = Coverage.measure(asked, ranks, groups(asked), new.predict(asked, ()).scale)
    new.manifest["metrics"] = {
        **model.manifest["metrics"],
        BEFORE: before,
        AFTER: after,
    }
    said = section(told, before, after)
    new.card = f"{model.card.rstrip()}\n\n{said}"
    return Renewal(new, said, ranks)


def usable(
    records: pl.DataFrame, model: CompensationModel, pace: Pace, today: date
) -> pl.DataFrame:
    """Return the outcomes of the window: the latest months that are whole and not learned from.

    Raises:
        TrainingError: Fewer than ``LEAST`` are left.
    """
    learned_to = date.fromisoformat(model.manifest["data"]["observed_to"])
    last = pace.last(month_of(today))
    # Residuals of people the model has learned from are too small: only later days count.
    left = records.filter(
        (pl.col("observed_on") > learned_to) & pl.Series(months_of(records["observed_on"]) <= last)
    )
    if left.height:
        months = months_of(left["observed_on"])
        left = left.filter(pl.Series(months > months.max() - pace.window))
    if left.height < LEAST:
        raise TrainingError(
            f"{left.height} outcomes between {learned_to}, up to which the model learned, and "
            f"{first_day(last + 1)} (--delay {pace.delay}), within --window {pace.window} months; "
            f"at least {LEAST} are needed: wait, widen the window, or fit again"
        )
    return left


def apart(
    model: CompensationModel, records: pl.DataFrame, told: dict[str, Any]
) -> tuple[dict[str, float], pl.DataFrame, np.ndarray]:
    """Return what recalibration does for outcomes it did not use: each half moved by the other.

    Returns:
        Metrics of the records as they are; every way they were asked, masks included, and the
        level at which each one's pay fell in its prediction.
    """
    half = folds_of(records["group_id"], 2, np.random.default_rng(0))
    log_pay, quantiles, asked, ranks = [], [], [], []
    for number in range(2):
        own = records.filter(half == number)
        other = outcomes(model, records.filter(half != number))
        fresh = _changed(model, moves_of(model.calibration, other), told)
        log_pay.append(np.log(own["pay_usd"].to_numpy()))
        quantiles.append(np.log(fresh.predict(own, LEVELS).quantiles))
        every = pl.concat([own, *(masked(own, name) for name in MASKS)])
        every = every.unique(ASKED, maintain_order=True)
        asked.append(every)
        ranks.append(evaluate(fresh, every).ranks)
    metrics = score(np.concatenate(log_pay), np.concatenate(quantiles))
    return metrics, pl.concat(asked), np.concatenate(ranks)


def section(told: dict[str, Any], before: dict[str, float], after: dict[str, float]) -> str:
    """Return what the card adds about a recalibration, Markdown."""
    return f"""## Recalibrated on {told["on"]}
On {told["outcomes"]:,} outcomes observed {told["observed_from"]} to {told["observed_to"]}
({told["data"]["description"]}), which count {told["share"]:.0%} beside the calibration of the fit;
from the model {told["from_model"][:12]}. Boosters and words are unchanged.

| on these outcomes | before | after, each half moved by the other |
|---|---|---|
| coverage, stated 80 % | {before["coverage_80"]:.1%} | {after["coverage_80"]:.1%} |
| coverage, stated 90 % | {before["coverage_90"]:.1%} | {after["coverage_90"]:.1%} |
| pinball loss (log pay) | {before["pinball_loss"]:.4f} | {after["pinball_loss"]:.4f} |
"""


def _changed(
    model: CompensationModel, by: dict[str, Move], told: dict[str, Any]
) -> CompensationModel:
    # A copy shares what does not change, whatever else a model comes to hold.
    new = copy(model)
    new.calibration = moved(model.calibration, by)
    new.manifest = {**model.manifest, "recalibrated": told}
    return new
