"""From validated records to a compensation model: location, scale, spread, components."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np
import polars as pl

from data.errors import TrainingError
from data.record import INPUT_TYPES
from features.encoder import Encoder
from serving.booster import Booster
from serving.calibration import Calibration, groups
from serving.model import CompensationModel
from serving.support import Support
from training.calibrate import scalar
from training.config import Config
from training.masks import with_masked_copies
from training.split import folds_of
from training.trees import Rows, grow, grow_until_flat
from training.weights import balanced

T = TypeVar("T")
U = TypeVar("U")

Tell = Callable[[str], None]
"""Called with a few words after each step, for a progress bar."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Records with their masked copies, ready to learn from; all shapes (rows,).

    Attributes:
        inputs: Inputs of each row.
        log_pay: Log of USD a year.
        weight: Weight; a record's rows add up to its own.
        group_ids: What must stay in one fold.
    """

    inputs: pl.DataFrame
    log_pay: np.ndarray
    weight: np.ndarray
    group_ids: pl.Series
    origin: np.ndarray


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """The location of each row of a sample from the folds that did not see it.

    Attributes:
        location: Log of USD a year, shape (rows,).
        every: Location of each row from each fold's booster, shape (folds, rows).
        fold: Fold of each row, shape (rows,).
        rounds: Trees a location needs: the folds' mean.
    """

    location: np.ndarray
    every: np.ndarray
    fold: np.ndarray
    rounds: int


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
    kept_back = folds_of(records["group_id"], 1000, rng) < round(1000 * config.scalar_share)
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


def sampled(records: pl.DataFrame, config: Config, rng: np.random.Generator) -> Sample:
    """Return ``records`` and a masked copy of each that a mask changes."""
    inputs, origin = with_masked_copies(records.select(list(INPUT_TYPES)), config.masks, rng)
    weight = balanced(records).to_numpy()[origin]
    is_copy = np.arange(len(origin)) >= records.height
    has_copy = np.isin(origin, origin[is_copy])
    share = np.where(is_copy, 1 - config.full_share, np.where(has_copy, config.full_share, 1.0))
    log_pay = np.log(records["pay_usd"].to_numpy())[origin]
    return Sample(inputs, log_pay, weight * share, records["group_id"][origin], origin)


def out_of_fold(sample: Sample, config: Config, rng: np.random.Generator, tell: Tell) -> OutOfFold:
    """Return out-of-fold locations; the whole encoder is fitted anew inside each fold."""
    fold = folds_of(sample.group_ids, config.folds, rng)
    inner = [
        folds_of(sample.group_ids.filter(fold != number), config.folds, rng)
        for number in range(config.folds)
    ]

    def one(number: int) -> tuple[np.ndarray, int]:
        own = fold == number
        weight, log_pay = sample.weight, sample.log_pay
        encoder, matrix = Encoder.fit(
            sample.inputs.filter(~own), log_pay[~own], weight[~own], inner[number]
        )
        all_rows = encoder.encode(sample.inputs)
        booster = grow_until_flat(
            Rows(matrix, log_pay[~own], weight[~own], encoder.columns),
            Rows(all_rows[own], log_pay[own], weight[own], encoder.columns),
            config.location,
            config.max_rounds,
            config.patience,
            config.seed,
        )
        tell(f"location, fold {number + 1} of {config.folds}")
        return booster.predict(all_rows), booster.trees

    found = side_by_side(one, range(config.folds))
    every = np.array([locations for locations, _ in found])
    own = every[fold, np.arange(len(fold))]
    return OutOfFold(own, every, fold, round(float(np.mean([trees for _, trees in found]))))


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
    residuals = (sample.log_pay - out.location) / scale_out_of_fold(distances, out.fold, config)
    tell("calibration")
    calibration = Calibration.measure(residuals, sample.weight, groups(sample.inputs))
    told = {"config": config.as_dict()}
    return CompensationModel(encoder, boosters, calibration, None, Support.count(records), told)


def side_by_side(work: Callable[[T], U], items: Iterable[T]) -> list[U]:
    """Return ``work`` of each of ``items``, in order, as many at once as there are processors.

    Each fit runs on one thread: threads of one fit wait for each other after every leaf, which
    costs more than it gains on few cores and far more where other work shares them.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))


def scale_out_of_fold(rows: Rows, fold: np.ndarray, config: Config) -> np.ndarray:
    """Return the scale of each row from a booster that did not see its fold, shape (rows,).

    A scale that saw a row's own residual follows it, and the standardised residuals would have
    thinner tails than those of people to come.
    """
    answer = np.empty(len(fold))

    def one(number: int) -> None:
        own = fold == number
        seen = Rows(rows.matrix[~own], rows.target[~own], rows.weight[~own], rows.columns)
        booster = grow(seen, config.scale, config.scale_rounds, config.seed)
        answer[own] = booster.predict(rows.matrix[own])

    side_by_side(one, range(config.folds))
    return answer


def jackknife_error(every: np.ndarray) -> np.ndarray:
    """Return the standard error of the location, log pay, shape (rows,).

    Args:
        every: Location from each fold's booster, each of which left one fold out,
            shape (folds, rows).

    Source: the delete-a-group jackknife (Kott 2001, equation 1), floored at 0.001 so that its log
    exists where all folds agree.
    """
    folds = every.shape[0]
    variance = (folds - 1) / folds * ((every - every.mean(axis=0)) ** 2).sum(axis=0)
    return np.maximum(np.sqrt(variance), 1e-3)


def components(
    records: pl.DataFrame, sample: Sample, rows: Rows, config: Config
) -> dict[str, Rows]:
    """Return what ``base`` (log USD) and ``equity_share`` learn from; nothing without splits."""
    base = records["base_usd"].fill_null(0.0).to_numpy()[sample.origin]
    bonus = records["bonus_usd"].fill_null(0.0).to_numpy()[sample.origin]
    equity = records["equity_usd"].fill_null(0.0).to_numpy()[sample.origin]
    is_total = (records["pay_basis"] == "total").to_numpy()[sample.origin]
    told = (base > 0) & is_total
    varies = told & (bonus + equity > 0)
    if varies.sum() < config.least_records:
        return {}
    share = equity[varies] / (bonus + equity)[varies]
    return {
        "base": Rows(rows.matrix[told], np.log(base[told]), rows.weight[told], rows.columns),
        # Each share weighs by the money it splits, as the error is counted in money.
        "equity_share": Rows(
            rows.matrix[varies],
            share,
            rows.weight[varies] * (bonus + equity)[varies] / 1e5,
            rows.columns,
        ),
    }
