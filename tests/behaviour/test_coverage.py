"""Stated coverage is measured coverage, on people nobody has seen and whose truth is known."""

import math
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from serving.model import CompensationModel
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


def scalar_error(kept_back: int) -> float:
    """Return the relative standard error of the calibration's scalar.

    It minimises the pinball loss summed over the levels; for normal residuals with quantiles q its
    variance is J / (n H^2) with H = sum q^2 phi(q), the loss's curvature, and
    J = sum q_j q_k (min(t_j, t_k) - t_j t_k), the variance of its slope (Koenker 2005, section 4.2).
    """
    levels = np.asarray(LEVELS)
    quantiles = norm.ppf(levels)
    curvature = float((quantiles**2 * norm.pdf(quantiles)).sum())
    between = np.minimum.outer(levels, levels) - np.outer(levels, levels)
    slope = float(quantiles @ between @ quantiles)
    return math.sqrt(slope / kept_back) / curvature


def tolerance(stated: float) -> float:
    """Return three standard errors of a measured coverage.

    Three chances add up: who the fresh people are (binomial), who the residuals' quantiles were
    measured on (binomial too: the coverage between two order statistics is beta distributed), and
    the scalar, an error of which moves the coverage by 2 z phi(z).
    """
    z = float(norm.ppf((1 + stated) / 2))
    binomial = stated * (1 - stated)
    learned = MANY * (1 - KEPT_BACK)
    of_scalar = 2 * z * float(norm.pdf(z)) * scalar_error(round(MANY * KEPT_BACK))
    return 3 * math.sqrt(binomial / FRESH + binomial / learned + of_scalar**2)


def test_the_tolerances_are_small() -> None:
    assert tolerance(0.8) < 0.025
    assert tolerance(0.9) < 0.02


@pytest.mark.parametrize("stated", [0.8, 0.9])
def test_intervals_cover_what_they_state(
    measured_model: CompensationModel, fresh: pl.DataFrame, stated: float
) -> None:
    metrics = evaluate(measured_model, fresh).metrics
    measured = metrics[f"coverage_{stated * 100:.0f}"]
    assert measured == pytest.approx(stated, abs=tolerance(stated))


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("stated", [0.8, 0.9])
def test_who_leaves_inputs_out_is_covered_too(
    measured_model: CompensationModel, fresh: pl.DataFrame, mask: str, stated: float
) -> None:
    metrics = evaluate(measured_model, masked(fresh, mask)).metrics
    measured = metrics[f"coverage_{stated * 100:.0f}"]
    assert measured == pytest.approx(stated, abs=tolerance(stated) + SHRINKAGE)


def test_every_percentile_has_its_share_of_pays_below(
    measured_model: CompensationModel, fresh: pl.DataFrame
) -> None:
    ranks = evaluate(measured_model, fresh).ranks
    below = np.array([(ranks <= level).mean() for level in LEVELS])
    # The widest chance is that of a level in the middle, from fresh people and from the table's.
    chance = 4 * math.sqrt(0.25 / FRESH + 0.25 / (MANY * (1 - KEPT_BACK)))
    np.testing.assert_allclose(below, LEVELS, atol=chance)


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
        assert share == pytest.approx(0.8, abs=tolerance(0.8) + 3 * math.sqrt(0.16 / n))


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
    # The truth's spread, and with it what the location does not know: some 60 leaves' means of
    # 12,000 people, each off by the spread over the root of its people.
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

    model, _ = fit(uneven(8000, seed=0), SMALL, lambda _: None, factor=1.0)
    fresh = uneven(4000, seed=5)
    lower, upper = np.log(model.predict(fresh, (0.1, 0.9)).quantiles).T
    abroad = (fresh["country"] == "FR").to_numpy()
    ratio = (upper - lower)[abroad].mean() / (upper - lower)[~abroad].mean()
    assert ratio == pytest.approx(2, rel=0.1)
    log_pay = fresh["pay_usd"].log().to_numpy()
    for own in (abroad, ~abroad):
        inside = ((log_pay >= lower) & (log_pay <= upper))[own].mean()
        assert inside == pytest.approx(0.8, abs=0.03)
