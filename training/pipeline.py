"""The whole of a fit: evaluated on held-out records first, then refitted on all of them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version

import numpy as np
import polars as pl

from data.vocabulary import digest
from serving.component_ranges import AT, ComponentRanges
from serving.coverage import Coverage
from serving.model import CompensationModel
from serving.prediction import Predictions
from training.baselines import Baseline, LookUp, OneHotRidge
from training.card import card
from training.component_metrics import covered_components
from training.config import FEW_MEMBERS, Config
from training.evaluate import Report, evaluate, score, scored
from training.every_way import every_way
from training.fit import (
    Fitted,
    completed,
    fit_sample,
    refuse_hopeless,
    steps,
    steps_until_calibrated,
)
from training.gather import Pooled
from training.labels import meaning
from training.masks import masked
from training.metrics import LEVELS
from training.premiums import premiums
from training.sample import sampled
from training.split import Split, grouped_random, temporal

LIBRARIES = ("lightgbm", "polars", "numpy", "scikit-learn", "mlflow", "paylens")
FOLDS_IN_TIME = 3
"""Folds of the model that is measured on later records and then thrown away."""

BASELINES: Mapping[str, Callable[[pl.DataFrame], Baseline]] = {
    "look-up": LookUp,
    "ridge": OneHotRidge,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fit came to.

    Attributes:
        model: Fitted on all records, with card and measured coverage.
        report: Measured on the random split's held-out records.
        effects: ``field`` and ``effect``: mean absolute contribution to log pay.
    """

    model: CompensationModel
    report: Report
    effects: pl.DataFrame


def length(config: Config) -> int:
    """Return how many steps ``run`` tells of, at most."""
    return steps(config) + steps_until_calibrated(config_in_time(config)) + len(BASELINES) + 1


def run(pooled: Pooled, config: Config, today: date, tell: Callable[[str], None]) -> Outcome:
    """Return the model of the pooled records and what was measured of it.

    Raises:
        TrainingError: Too few records, or nothing to learn from.
    """
    records = pooled.loaded.records
    refuse_hopeless(records, config)
    random = grouped_random(records, config.test_share, config.seed)
    whole = sampled(records, config, np.random.default_rng(config.seed))
    in_test = whole.group_ids.is_in(random.test["group_id"].unique().implode()).to_numpy()
    fitted = fit_sample(whole.filter(~in_test), config, told_of("random split", tell))
    candidate = fitted.model
    asked = every_way(random.test)
    predicted = candidate.predict(asked, LEVELS, threads=0)
    as_they_are = predicted.of(np.arange(random.test.height))
    report = evaluate(candidate, random.test, as_they_are)
    metrics: dict[str, Mapping[str, float]] = {
        "grouped_random": report.metrics,
        "employer_blanked": blanked(candidate, random.test),
    }
    for name, baseline in BASELINES.items():
        tell(f"random split: {name}")
        metrics[name] = measured(baseline(random.train), random.test)
    # Time passes in the synthetic market as it was told to: measuring that says nothing.
    later = None if pooled.told["synthetic"] else temporal(records, config.test_share)
    if later is not None and later.train.height >= config.least_records:
        metrics["temporal"] = in_time(later, fitted, config, tell)
    rest = fitted.kept_back.followed_by(whole.filter(in_test))
    shipped = completed(fitted, rest, config, told_of("all records", tell)).model
    tell("writing the card")
    manifest = {
        "trained_on": today.isoformat(),
        "data": pooled.told,
        "metrics": metrics,
        "reliability": meaning(candidate, asked, predicted),
        "scalar": fitted.factor,
        "config": config.as_dict(),
        "features": [column.name for column in shipped.encoder.columns],
        "vocabulary": digest(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    of_skills = premiums(shipped, records, config)
    told = CompensationModel(
        shipped.encoder,
        shipped.boosters,
        shipped.calibration,
        coverage_of(candidate, asked, predicted),
        shipped.support,
        manifest,
        card(manifest, report.by_group, of_skills),
        ranges=measured_ranges(candidate, random.test, as_they_are),
        certainty=shipped.certainty,
        premiums=of_skills,
    )
    return Outcome(told, report, effects(told, random.test))


def coverage_of(model: CompensationModel, asked: pl.DataFrame, predicted: Predictions) -> Coverage:
    """Return the coverage on held-out records, ``asked`` in every way and ``predicted``."""
    residuals = (np.log(asked["pay_usd"].to_numpy()) - predicted.location) / predicted.scale
    ranks = model.calibration.ranks(residuals, predicted.groups)
    return Coverage.measure(asked, ranks, predicted.groups, predicted.scale)


def measured_ranges(
    model: CompensationModel, records: pl.DataFrame, predicted: Predictions
) -> ComponentRanges | None:
    """Return where components fall, with the coverage of that on held-out ``records``."""
    if model.ranges is None:
        return None
    covered = covered_components(model, records, predicted, AT)
    return replace(model.ranges, measured=covered)


def told_of(part: str, tell: Callable[[str], None]) -> Callable[[str], None]:
    """Return a ``tell`` that says which part of the run a step belongs to."""
    return lambda step: tell(f"{part}: {step}")


def blanked(model: CompensationModel, records: pl.DataFrame) -> Mapping[str, float]:
    """Return the metrics with company, company level and years at the company blanked."""
    return scored(model, masked(records, "employer"))


def measured(baseline: Baseline, records: pl.DataFrame) -> Mapping[str, float]:
    """Return the metrics of ``baseline`` on ``records``."""
    log_pay = np.log(records["pay_usd"].to_numpy())
    return score(log_pay, baseline.quantiles(records, LEVELS))


def in_time(
    later: Split, fitted: Fitted, config: Config, tell: Callable[[str], None]
) -> Mapping[str, float]:
    """Return the metrics on later records of a model of earlier ones, grown as ``fitted`` was."""
    quick = replace(
        config_in_time(config),
        locations_large=[fitted.parameters],
        members=FEW_MEMBERS,
        members_large=FEW_MEMBERS,
    )
    # Totals alone: where parts of pay fall is measured on the random split.
    totals = later.train.with_columns(pl.lit(None, pl.Float64).alias("base_usd"))
    sample = sampled(totals, quick, np.random.default_rng(config.seed))
    of_earlier = fit_sample(sample, quick, told_of("earlier records", tell))
    return scored(of_earlier.model, later.test)


def config_in_time(config: Config) -> Config:
    """Return ``config`` with the fewer folds that a mere measurement makes do with."""
    return replace(config, folds=min(config.folds, FOLDS_IN_TIME))


def effects(model: CompensationModel, records: pl.DataFrame, most: int = 100) -> pl.DataFrame:
    """Return how much each field does to log pay where it is known: over ``most`` records."""
    some = records.sample(min(most, records.height), seed=0)
    told = [
        {"field": factor.field, "effect": abs(math.log(factor.factor))}
        for record in some.iter_rows(named=True)
        for factor in model.explain(model.predict_one(record))[1:-1]
    ]
    known = pl.DataFrame(told, schema={"field": pl.String, "effect": pl.Float64})
    return known.group_by("field").agg(pl.col("effect").sum() / some.height).sort("effect")
