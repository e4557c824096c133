"""Stated coverage is measured coverage, on people nobody has seen and whose truth is known."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from serving.model import CompensationModel
from tests.behaviour.chance import tolerance
from tests.behaviour.conftest import FRESH, KEPT_BACK, MANY
from tests.conftest import SMALL
from tests.records import SPREAD, make_records
from training.evaluate import evaluate
from training.fit import fit
from training.masks import MASKS, masked
from training.metrics import LEVELS

SHRINKAGE = 0.02
"""What a masked request's coverage may be off by, besides chance: its table counts as its own
records against 1,000 of the pooled table, whose shape is another."""


def near(stated: float) -> float:
    """Return how far a coverage of the fresh people may lie from the stated one by chance."""
    return tolerance(stated, FRESH, round(MANY * (1 - KEPT_BACK)), round(MANY * KEPT_BACK))


def test_the_tolerances_are_small() -> None:
    assert near(0.8) < 0.025
    assert near(0.9) < 0.02


@pytest.mark.parametrize("stated", [0.8, 0.9])
def test_intervals_cover_what_they_state(
    measured_model: CompensationModel, fresh: pl.DataFrame, stated: float
) -> None:
    metrics = evaluate(measured_model, fresh).metrics
    measured = metrics[f"coverage_{stated * 100:.0f}"]
    assert measured == pytest.approx(stated, abs=near(stated))


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("stated", [0.8, 0.9])
def test_who_leaves_inputs_out_is_covered_too(
    measured_model: CompensationModel, fresh: pl.DataFrame, mask: str, stated: float
) -> None:
    metrics = evaluate(measured_model, masked(fresh, mask)).metrics
    measured = metrics[f"coverage_{stated * 100:.0f}"]
    assert measured == pytest.approx(stated, abs=near(stated) + SHRINKAGE)


def test_every_percentile_has_its_share_of_pays_below(
    measured_model: CompensationModel, fresh: pl.DataFrame
) -> None:
    ranks = evaluate(measured_model, fresh).ranks
    below = np.array([(ranks <= level).mean() for level in LEVELS])
    # The widest chance is that of a level in the middle, from fresh people and from the table's.
    chance = 4 * math.sqrt(0.25 / FRESH + 0.25 / (MANY * (1 - KEPT_BACK)))
    np.testing.assert_allclose(below, LEVELS, atol=chance)


def test_predictions_are_right_on_the_whole(
    measured_model: CompensationModel, fresh: pl.DataFrame
) -> None:
    off = fresh["pay_usd"].log().to_numpy() - measured_model.predict(fresh, ()).location
    # Four standard errors of a mean of the fresh people and of those learned from.
    chance = 4 * SPREAD * math.sqrt(1 / FRESH + 1 / (MANY * (1 - KEPT_BACK)))
    assert off.mean() == pytest.approx(0, abs=chance)


@pytest.mark.parametrize("field", ["role", "seniority", "country", "company_stage"])
def test_each_group_is_covered(
    measured_model: CompensationModel, fresh: pl.DataFrame, field: str
) -> None:
    lower, upper = np.log(measured_model.predict(fresh, (0.1, 0.9)).quantiles).T
    log_pay = fresh["pay_usd"].log().to_numpy()
    inside = pl.Series("inside", (log_pay >= lower) & (log_pay <= upper))
    for share, n in (
        fresh.with_columns(inside)
        .group_by(field)
        .agg(pl.mean("inside"), n=pl.len())
        .select("inside", "n")
        .iter_rows()
    ):
        # The group's own chance; a tree's leaf of a few hundred people adds what it learned wrong.
        assert share == pytest.approx(0.8, abs=near(0.8) + 3 * math.sqrt(0.16 / n))


def test_knowing_less_never_narrows_the_intervals(
    measured_model: CompensationModel, fresh: pl.DataFrame
) -> None:
    widths = [
        evaluate(measured_model, each).metrics["mean_width_80"]
        for each in (fresh, masked(fresh, "seniority"), masked(fresh, "all"))
    ]
    assert all(narrow < wide for narrow, wide in pairwise(widths))


def test_the_width_is_that_of_the_truth(
    measured_model: CompensationModel, fresh: pl.DataFrame
) -> None:
    predictions = measured_model.predict(fresh, (0.1, 0.9))
    lower, upper = np.log(predictions.quantiles).T
    implied = (upper - lower) / (2 * norm.ppf(0.9))
    # The truth's spread, and with it what the location does not know.
    assert SPREAD < implied.mean() < 1.1 * SPREAD
    # Everyone's spread is the same here, and so should everyone's width be.
    assert implied.std() / implied.mean() < 0.1


def test_where_pay_is_spread_twice_as_far_intervals_are_twice_as_wide() -> None:
    def uneven(n: int, seed: int) -> pl.DataFrame:
        """Return records of whom those in France differ twice as much."""
        records = make_records(n, seed)
        noise = np.random.default_rng(seed + 1).normal(size=n) * math.sqrt(3) * SPREAD
        more = pl.Series("pay_usd", records["pay_usd"].to_numpy() * np.exp(noise))
        abroad = pl.col("country") == "FR"
        return records.with_columns(
            pl.when(abroad).then(more).otherwise("pay_usd").alias("pay_usd")
        )

    # Each tree of the scale goes a twentieth of the way, so 30 of them are not enough here.
    config = replace(SMALL, scale_rounds=120)
    model = fit(uneven(8000, seed=0), config, lambda _: None).model
    fresh = uneven(4000, seed=5)
    lower, upper = np.log(model.predict(fresh, (0.1, 0.9)).quantiles).T
    abroad = (fresh["country"] == "FR").to_numpy()
    ratio = (upper - lower)[abroad].mean() / (upper - lower)[~abroad].mean()
    assert ratio == pytest.approx(2, rel=0.1)
    log_pay = fresh["pay_usd"].log().to_numpy()
    for own in (abroad, ~abroad):
        inside = ((log_pay >= lower) & (log_pay <= upper))[own].mean()
        assert inside == pytest.approx(0.8, abs=0.03)
