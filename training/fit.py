"""From validated records to a compensation model: location, scale, spread, components."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl

from data.errors import TrainingError
from features.encoder import Encoder
from serving.booster import Booster
from serving.calibration import Calibration, groups
from serving.model import CompensationModel
from serving.support import Support
from training.calibrate import scalar
from training.config import Config
from training.out_of_fold import OutOfFold, Tell, jackknife_error, out_of_fold, scale_out_of_fold
from training.sample import Sample, sampled
from training.split import drawn, folds_of
from training.trees import Rows, grow, side_by_side


def steps(config: Config) -> int:
    """Return how often ``fit`` tells of a step."""
    return config.folds + 2


def fit(
    records: pl.DataFrame, config: Config, tell: Tell, factor: float | None = None
) -> tuple[CompensationModel, float]:
    """Return a model fitted on ``records`` (``data.record.RECORD_TYPES``) and its scalar.

    Args:
        records: Validated pay records.
        config: Every choice.
        tell: Called after each step.
        factor: The calibration's scalar where it is known; else a part of the groups
            (``config.scalar_share``) is kept back to measure it.

    Raises:
        TrainingError: Fewer records than ``config.least_records``, or all pay is equal.
    """
    refuse_hopeless(records, config)
    rng = np.random.default_rng(config.seed)
    if factor is not None:
        sample = sampled(records, config, rng)
        out = out_of_fold(sample, config, rng, tell)
        return build(records, sample, out, config, tell).scaled(factor), factor
    kept_back = drawn(records["group_id"], config.scalar_share, rng)
    training, held_out = records.filter(~kept_back), records.filter(kept_back)
    sample = sampled(training, config, rng)
    out = out_of_fold(sample, config, rng, tell)
    model = build(training, sample, out, config, tell)
    watched = sampled(held_out, config, rng)
    seen = model.predict(watched.inputs, (), threads=0)
    residuals = (watched.log_pay - seen.location) / seen.scale
    factor = scalar(model.calibration, residuals, seen.groups, watched.weight)
    return model.scaled(factor), factor


def refuse_hopeless(records: pl.DataFrame, config: Config) -> None:
    """Refuse records that no honest model can be fitted on.

    Raises:
        TrainingError: Fewer than ``config.least_records`` records or groups, or equal pay.
    """
    groups_in = records["group_id"].n_unique()
    if min(records.height, groups_in) < config.least_records:
        raise TrainingError(
            f"{records.height} records in {groups_in} groups; at least {config.least_records} of "
            "both are needed for intervals that can be measured: pool another source"
        )
    if records["pay_usd"].n_unique() < 10:
        raise TrainingError(
            f"only {records['pay_usd'].n_unique()} different amounts of pay among "
            f"{records.height} records: nothing to learn; check the pay columns"
        )


def build(
    records: pl.DataFrame, sample: Sample, out: OutOfFold, config: Config, tell: Tell
) -> CompensationModel:
    """Return the model of ``sample``, drawn from ``records``, given its out-of-fold locations."""
    inner = folds_of(sample.group_ids, config.folds, np.random.default_rng(config.seed))
    encoder, matrix = Encoder.fit(sample.inputs, sample.log_pay, sample.weight, inner)
    rows = Rows(matrix, sample.log_pay, sample.weight, encoder.columns)
    residual = np.abs(sample.log_pay - out.location)
    # The floor: records met exactly by chance would otherwise promise intervals of no width.
    floor = config.scale_floor * float(np.median(residual))
    distances = replace(rows, target=np.maximum(residual, floor))
    errors = replace(rows, target=np.log(jackknife_error(out.every)))
    small = {"spread": errors, **components(records, sample, rows, config)}
    jobs: dict[str, Callable[[], Booster]] = {
        "location": lambda: grow(rows, config.location, out.rounds, config.seed, rising=True),
        "scale": lambda: grow(distances, config.scale, config.scale_rounds, config.seed),
        **{
            name: partial(grow, of, config.small, config.small_rounds, config.seed)
            for name, of in small.items()
        },
    }
    boosters = dict(zip(jobs, side_by_side(lambda job: job(), jobs.values()), strict=True))
    tell("location, scale and components")
    apart = scale_out_of_fold(distances, out.fold, config)
    tell("calibration")
    calibration = Calibration.measure(
        sample.log_pay - out.location, apart, sample.weight, groups(sample.inputs)
    )
    told = {"config": config.as_dict()}
    return CompensationModel(encoder, boosters, calibration, None, Support.count(records), told)


def components(
    records: pl.DataFrame, sample: Sample, rows: Rows, config: Config
) -> dict[str, Rows]:
    """Return what ``base_share`` and ``equity_share`` learn from; nothing without splits."""
    base = records["base_usd"].fill_null(0.0).to_numpy()[sample.origin]
    bonus = records["bonus_usd"].fill_null(0.0).to_numpy()[sample.origin]
    equity = records["equity_usd"].fill_null(0.0).to_numpy()[sample.origin]
    is_total = (records["pay_basis"] == "total").to_numpy()[sample.origin]
    told = (base > 0) & is_total
    varies = told & (bonus + equity > 0)
    if varies.sum() < config.least_records:
        return {}
    total, variable = base + bonus + equity, bonus + equity

    # Each share weighs by the money it splits, as the error is counted in money.
    def of(part: np.ndarray, whole: np.ndarray, own: np.ndarray) -> Rows:
        weight = rows.weight[own] * whole[own] / 1e5
        return Rows(rows.matrix[own], part[own] / whole[own], weight, rows.columns)

    return {"base_share": of(base, total, told), "equity_share": of(equity, variable, varies)}
