import math

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from serving.bands import FIFTHS
from serving.model import CompensationModel
from tests.records import make_records
from training.card import groups_table
from training.component_metrics import component_errors
from training.evaluate import LEAST, by_group, ends, evaluate, grouped, score
from training.metrics import LEVELS
from training.plots import group_coverage_plot

N = 4000
RECORDS = make_records(N, seed=5)
LOCATION = 12 + RECORDS["years_experience"].to_numpy() / 10
SCALE = np.where(RECORDS["country"].to_numpy() == "FR", 0.4, 0.2)
LOG_PAY = LOCATION + SCALE * np.random.default_rng(0).normal(size=N)
TRUE = LOCATION[:, None] + SCALE[:, None] * norm.ppf(LEVELS)
"""What a perfect predictor says: each record's own true quantiles, shape (N, 19)."""

PAID = RECORDS.with_columns(pl.Series("pay_usd", np.exp(LOG_PAY)))


def four_errors(share: float, n: int) -> float:
    """Return four binomial standard errors of a share of ``n``: left once in 16,000 times."""
    return 4 * math.sqrt(share * (1 - share) / n)


def test_a_perfect_predictor_covers_what_it_states() -> None:
    metrics = score(LOG_PAY, TRUE)
    assert metrics["records"] == N
    assert metrics["coverage_80"] == pytest.approx(0.8, abs=four_errors(0.8, N))
    assert metrics["coverage_90"] == pytest.approx(0.9, abs=four_errors(0.9, N))
    assert metrics["crossings"] == 0


def test_a_perfect_predictors_losses_are_those_of_the_normal() -> None:
    metrics = score(LOG_PAY, TRUE)
    spread = float(SCALE.mean())
    # Four relative standard errors: a row's loss varies by about its mean.
    near = 4 / math.sqrt(N)
    loss = spread * float(norm.pdf(norm.ppf(LEVELS)).mean())
    width = 2 * float(norm.ppf(0.9)) * spread
    # E[interval score] = 2 z s + (2 / tail mass) * 2 s (phi(z) - z * tail), of both tails.
    score_80 = 2 * spread * float(norm.pdf(norm.ppf(0.9))) * 2 / 0.2
    assert metrics["pinball_loss"] == pytest.approx(loss, rel=near)
    assert metrics["mean_width_80"] == pytest.approx(width)
    assert metrics["interval_score_80"] == pytest.approx(score_80, rel=near)


def test_no_other_predictor_scores_better_than_the_perfect_one() -> None:
    perfect = score(LOG_PAY, TRUE)
    centre = LOCATION[:, None]
    for worse in (centre + 0.7 * (TRUE - centre), centre + 1.4 * (TRUE - centre), TRUE + 0.1):
        metrics = score(LOG_PAY, worse)
        assert metrics["pinball_loss"] > perfect["pinball_loss"]
        assert metrics["interval_score_90"] > perfect["interval_score_90"]


def test_quantiles_that_cross_are_counted() -> None:
    crossed = TRUE.copy()
    crossed[7, [3, 4]] = crossed[7, [4, 3]]
    assert score(LOG_PAY, crossed)["crossings"] == 1


def test_the_ends_of_an_interval_leave_half_of_the_rest_on_each_side() -> None:
    lower, upper = ends(np.array([LEVELS]), 0.8)
    assert (lower.item(), upper.item()) == (0.1, 0.9)
    lower, upper = ends(np.array([LEVELS]), 0.9)
    assert (lower.item(), upper.item()) == (0.05, 0.95)


def test_each_group_of_a_perfect_predictor_covers_what_it_states() -> None:
    table = by_group(PAID, LOG_PAY, TRUE)
    assert table["n"].min() >= LEAST  # type: ignore[operator]
    far = (table["measured"] - table["stated"]).abs()
    errors = (table["stated"] * (1 - table["stated"]) / table["n"]).sqrt()
    assert ((far / errors) <= 4).all()
    assert (table["low"] < table["measured"]).all()
    assert (table["measured"] < table["high"]).all()


def test_groups_show_what_the_whole_hides() -> None:
    # One scale for all covers 80 % on the whole, the narrow country too well, the wide too little.
    spread = np.full(N, np.quantile(np.abs(LOG_PAY - LOCATION), 0.8) / norm.ppf(0.9))
    blunt = LOCATION[:, None] + spread[:, None] * norm.ppf(LEVELS)
    assert score(LOG_PAY, blunt)["coverage_80"] == pytest.approx(0.8, abs=0.01)
    rows = by_group(PAID, LOG_PAY, blunt).filter(by="country", stated=0.8)
    measured = dict(rows.select("group", "measured").iter_rows())
    assert measured["FR"] < 0.7
    assert measured["US"] > 0.84


def test_a_group_of_few_records_is_not_told_alone() -> None:
    rare = PAID.with_row_index().with_columns(
        pl.when(pl.col("index") < LEAST - 1)
        .then(pl.lit("sales_engineer"))
        .when(pl.col("index") < 2 * LEAST)
        .then(pl.lit("data_analyst"))
        .otherwise("role")
        .alias("role")
    )
    told = by_group(rare, LOG_PAY, TRUE).filter(by="role")
    assert "sales_engineer" not in set(told["group"])
    assert "data_analyst" in set(told["group"])


def test_records_are_grouped_by_place_and_by_what_is_predicted_of_them() -> None:
    width = np.arange(N, dtype=float)
    found = grouped(RECORDS, width)
    assert found["metro"] == RECORDS["metro"].to_list()
    assert found["scale"][0] == FIFTHS[0]
    assert found["scale"][-1] == FIFTHS[-1]
    assert "scale" not in grouped(RECORDS)
    table = by_group(PAID, LOG_PAY, TRUE)
    assert set(table["by"]) >= {"metro", "scale", "experience"}


def test_the_drawn_share_of_a_group_lies_between_its_own_and_that_of_all() -> None:
    table = by_group(PAID, LOG_PAY, TRUE).filter(stated=0.8)
    whole = score(LOG_PAY, TRUE)["coverage_80"]
    nearer = (table["drawn"] - whole).abs() <= (table["measured"] - whole).abs() + 1e-12
    assert nearer.all()


def test_components_are_judged_where_they_are_known_and_predicted() -> None:
    records = RECORDS[:3].with_columns(
        pl.Series("base_usd", [100.0, None, 100.0]),
        pl.Series("bonus_usd", [10.0, None, None]),
        pl.Series("equity_usd", [50.0, None, 0.0]),
    )
    predicted = np.array([[90.0, 20.0, 50.0], [1.0, 1.0, 1.0], [np.nan] * 3])
    assert component_errors(records, predicted) == {
        "base_mean_absolute_error_usd": 10.0,
        "bonus_mean_absolute_error_usd": 10.0,
        "equity_mean_absolute_error_usd": 0.0,
    }


def test_a_model_is_measured_as_it_would_answer(model: CompensationModel) -> None:
    records = make_records(700, seed=8)
    report = evaluate(model, records)
    log_pay = np.log(records["pay_usd"].to_numpy())
    lower, upper = np.log(model.predict(records, (0.1, 0.9)).quantiles).T
    assert report.metrics["coverage_80"] == np.mean((log_pay >= lower) & (log_pay <= upper))
    # A pay lies inside the central 80 % exactly when its rank is between 0.1 and 0.9.
    assert np.mean(np.abs(report.ranks - 0.5) <= 0.4) == pytest.approx(
        report.metrics["coverage_80"], abs=1e-9
    )


def test_few_records_are_measured_as_a_whole_and_shown_without_groups(
    model: CompensationModel,
) -> None:
    report = evaluate(model, make_records(LEAST - 1, seed=8))
    assert report.metrics["records"] == LEAST - 1
    assert report.by_group.is_empty()
    assert groups_table(report.by_group).count("\n") == 2
    assert group_coverage_plot(report.by_group).axes
