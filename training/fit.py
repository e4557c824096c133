"""From validated records to a compensation model: location, scale, spread, components."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from data.errors import TrainingError
from features.encoder import Encoder
from serving.booster import Booster
from serving.calibration import Calibration, groups
from serving.model import CompensationModel
from serving.support import Support
from training.calibrate import narrowing, scalar, steadied
from training.certainty import certainty
from training.component_shares import component_ranges, components
from training.config import FEW_MEMBERS, Config
from training.out_of_fold import OutOfFold, Tell, out_of_fold, scale_out_of_fold
from training.sample import Sample, sampled
from training.split import drawn, folds_of
from training.trees import Rows, grow, grow_members, side_by_side

MOST_EQUAL = 0.9
"""Share of records that may have the very same pay.

Where 97 % had it, the width was that of the boosters' noise, and 80 % intervals covered 60 % to
92 %.
"""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model, and what boosters that had not seen a row said of it.

    Attributes:
        model: Ready to predict.
        sample: What it learned from.
        kept_back: What set the calibration's scalar and was not learned from.
        location: Log of USD a year from boosters that had not seen the row, shape (rows,).
        error: Standard error of the location, log pay, shape (rows,); NaN where it is not known.
        rounds: Trees of each member of the location.
        parameters: LightGBM parameters of the location.
        factor: The calibration's scalar.
    """

    model: CompensationModel
    sample: Sample
    kept_back: Sample
    location: np.ndarray
    error: np.ndarray
    rounds: int
    parameters: Mapping[str, Any]
    factor: float


def steps(config: Config) -> int:
    """Return how often ``fit`` tells of a step."""
    return steps_until_calibrated(config) + 2


def steps_until_calibrated(config: Config) -> int:
    """Return how often ``fit_sample`` tells of a step."""
    return config.folds + 1


def fit(records: pl.DataFrame, config: Config, tell: Tell) -> Fitted:
    """Return a model of ``records`` (``data.record.RECORD_TYPES``).

    Raises:
        TrainingError: Fewer records than ``config.least_records``, or all pay is equal.
    """
    refuse_hopeless(records, config)
    sample = sampled(records, config, np.random.default_rng(config.seed))
    fitted = fit_sample(sample, config, tell)
    return completed(fitted, fitted.kept_back, config, tell)


def fit_sample(sample: Sample, config: Config, tell: Tell) -> Fitted:
    """Return a model of ``sample``: calibrated out of fold, and by a part that is kept back."""
    rng = np.random.default_rng(config.seed)
    kept_back = drawn(sample.group_ids, config.scalar_share_for(sample.records.height), rng)
    learned, watched = sample.filter(~kept_back), sample.filter(kept_back)
    out = out_of_fold(learned, config, rng, tell)
    first = calibrated(learned, out, config)
    rows = first.encoder.encode(watched.inputs)
    names = groups(watched.inputs)
    offsets = np.array([first.calibration.offset(name) for name in names])
    left = watched.log_pay - first.boosters["location"].predict(rows) - offsets
    residuals = left / first.boosters["scale"].predict(rows)
    found = scalar(first.calibration, residuals, names, watched.weight)
    factor = steadied(found, float(watched.weight.sum()))
    tell("calibration")
    scaled = first.scaled(factor)
    return Fitted(
        scaled, learned, watched, out.location, out.error, out.rounds, out.parameters, factor
    )


def completed(fitted: Fitted, more: Sample, config: Config, tell: Tell) -> Fitted:
    """Return the model that has learned from ``more`` besides and knows how sure its median is."""
    longer = extended(fitted, more, config, tell)
    # Few members where the model has many: it errs a little more, which is safe.
    few = partial(
        grow_members,
        parameters=fitted.parameters,
        rounds=fitted.rounds,
        seed=config.seed,
        members=FEW_MEMBERS,
    )
    longer.model.certainty = certainty(longer.model, longer.sample, few, config)
    tell("how sure the median is")
    return longer


def extended(fitted: Fitted, more: Sample, config: Config, tell: Tell) -> Fitted:
    """Return the model that has learned from ``more`` besides, and is calibrated as before.

    ``more`` holds what was kept back, if that is to be learned from. Only the tables of few records
    shrink with it (``training.calibrate.narrowing``, ``docs/decisions/0029``).

    What the model says of rows it has not seen is all that is needed of them: no fold is fitted
    anew, and what was validated stays what serves.
    """
    model = fitted.model
    unseen = model.boosters["location"].predict(model.encoder.encode(more.inputs))
    sample = fitted.sample.followed_by(more)
    model = model.scaled(narrowing(fitted.sample.records.height, sample.records.height))
    location = np.concatenate([fitted.location, unseen])
    error = np.concatenate([fitted.error, np.full(len(unseen), np.nan)])
    none = sample.filter(np.zeros(len(location), dtype=bool))
    grown_as = location_of(fitted.parameters, fitted.rounds, sample, config)
    encoder, _, boosters = build(sample, location, error, grown_as, config)
    tell("location, scale and components")
    told = {"config": config.as_dict()}
    support = Support.count(sample.records)
    new = CompensationModel(
        encoder,
        boosters,
        model.calibration,
        None,
        support,
        told,
        ranges=model.ranges,
        certainty=model.certainty,
    )
    return replace(fitted, model=new, sample=sample, kept_back=none, location=location, error=error)


def refuse_hopeless(records: pl.DataFrame, config: Config) -> None:
    """Refuse records that no honest model can be fitted on.

    Raises:
        TrainingError: Fewer than ``config.least_records`` records or groups, or pay that is equal
            for all or for more than ``MOST_EQUAL``.
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
    amount, times = records["pay_usd"].value_counts(sort=True).row(0)
    if times > MOST_EQUAL * records.height:
        raise TrainingError(
            f"{times} of {records.height} records have the same pay, {amount:.0f} USD a year: "
            "intervals around it would mean nothing; check whether it stands for unknown pay"
        )


def calibrated(sample: Sample, out: OutOfFold, config: Config) -> CompensationModel:
    """Return a model of ``sample`` with the quantiles of its out-of-fold residuals."""
    grown_as = location_of(out.parameters, out.rounds, sample, config)
    encoder, rows, boosters = build(sample, out.location, out.error, grown_as, config)
    distances = distances_of(rows, out.location, config)
    scale = scale_out_of_fold(distances, out.fold, config)
    calibration = Calibration.measure(
        sample.log_pay - out.location, scale, sample.weight, groups(sample.inputs)
    )
    ranges = component_ranges(sample, rows, out, scale, calibration, config)
    support = Support.count(sample.records)
    told = {"config": config.as_dict()}
    return CompensationModel(encoder, boosters, calibration, None, support, told, ranges=ranges)


def build(
    sample: Sample,
    location: np.ndarray,
    error: np.ndarray,
    grow_location: Callable[[Rows], Booster],
    config: Config,
) -> tuple[Encoder, Rows, dict[str, Booster]]:
    """Return encoder, encoded rows and boosters of ``sample``.

    Args:
        sample: What to learn from.
        location: Of each row, from boosters that had not seen it, shape (rows,).
        error: Standard error of the location where it is known, else NaN, shape (rows,).
        grow_location: What grows the location.
        config: Every choice.
    """
    encoder, rows = encoded(sample, config)
    known = ~np.isnan(error)
    errors = replace(rows.filter(known), target=np.log(error[known]))
    small = {"spread": errors, **components(sample, rows, config)}
    distances = distances_of(rows, location, config)
    jobs: dict[str, Callable[[], Booster]] = {
        "location": partial(grow_location, rows),
        "scale": partial(grow, distances, config.scale, config.scale_rounds, config.seed),
        **{
            name: partial(grow, of, config.small, config.small_rounds, config.seed)
            for name, of in small.items()
        },
    }
    return encoder, rows, grown(jobs)


def encoded(sample: Sample, config: Config) -> tuple[Encoder, Rows]:
    """Return the encoder fitted on ``sample``, and its rows to learn log pay from."""
    inner = folds_of(sample.group_ids, config.folds, np.random.default_rng(config.seed))
    encoder, matrix = Encoder.fit(sample.inputs, sample.log_pay, sample.weight, inner)
    return encoder, Rows(matrix, sample.log_pay, sample.weight, encoder.columns).binned()


def distances_of(rows: Rows, location: np.ndarray, config: Config) -> Rows:
    """Return what the scale learns from: how far each row lies from its unseen location."""
    residual = np.abs(rows.target - location)
    # The floor: records met exactly by chance would otherwise promise intervals of no width.
    floor = config.scale_floor * float(np.median(residual))
    return replace(rows, target=np.maximum(residual, floor))


def location_of(
    parameters: Mapping[str, Any], rounds: int, sample: Sample, config: Config
) -> Callable[[Rows], Booster]:
    """Return what grows the location of ``sample``: the mean of several boosters."""
    records = sample.records.height
    return partial(
        grow_members,
        parameters=parameters,
        rounds=config.rounds_for(rounds, records),
        seed=config.seed,
        members=config.members_for(records),
    )


def grown(jobs: Mapping[str, Callable[[], Booster]]) -> dict[str, Booster]:
    """Return the booster of each of ``jobs``, grown side by side."""
    done: Iterable[Booster] = side_by_side(lambda job: job(), jobs.values())
    return dict(zip(jobs, done, strict=True))
