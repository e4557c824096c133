import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from tests.records import SPREAD, make_records
from training.baselines import LEAST, LookUp, OneHotRidge
from training.evaluate import score
from training.metrics import LEVELS

RECORDS = make_records(2000)
TRAIN, TEST = RECORDS[:1500], RECORDS[1500:]
BASELINES = pytest.mark.parametrize("baseline", [LookUp, OneHotRidge])


@BASELINES
def test_quantiles_rise_with_the_level_and_none_is_missing(
    baseline: type[LookUp] | type[OneHotRidge],
) -> None:
    quantiles = baseline.fit(TRAIN).quantiles(TEST, LEVELS)
    assert quantiles.shape == (500, 19)
    assert not np.isnan(quantiles).any()
    assert (np.diff(quantiles, axis=1) >= 0).all()


@BASELINES
def test_a_baseline_never_reads_the_pay_it_is_asked_for(
    baseline: type[LookUp] | type[OneHotRidge],
) -> None:
    fitted = baseline.fit(TRAIN)
    raised = TEST.with_columns(pl.col("pay_usd", "base_usd", "total_compensation") * 10)
    np.testing.assert_array_equal(fitted.quantiles(TEST, LEVELS), fitted.quantiles(raised, LEVELS))


def test_the_look_up_answers_with_the_quantiles_of_the_finest_cell_of_enough_people() -> None:
    person = TRAIN[:1].with_columns(pl.lit(4.0).alias("years_experience"))
    cell = pl.concat([person] * LEAST).with_columns(
        pl.Series("pay_usd", np.exp(np.linspace(10, 11, LEAST)))
    )
    elsewhere = pl.concat([person] * 50).with_columns(
        pl.lit("austin").alias("metro"), pl.lit(np.exp(15.0)).alias("pay_usd")
    )
    look_up = LookUp.fit(pl.concat([cell.with_columns(pl.lit("paris").alias("metro")), elsewhere]))
    asked = person.with_columns(pl.lit("paris").alias("metro"))
    np.testing.assert_allclose(look_up.quantiles(asked, [0.0, 0.5, 1.0]), [[10.0, 10.5, 11.0]])


def test_a_cell_of_few_people_answers_through_the_next_coarser_one() -> None:
    person = TRAIN[:1].with_columns(pl.lit("paris").alias("metro"))
    few = pl.concat([person] * (LEAST - 1)).with_columns(pl.lit(np.exp(15.0)).alias("pay_usd"))
    many = pl.concat([person] * 91).with_columns(
        pl.lit(None, pl.String).alias("metro"), pl.lit(np.exp(10.0)).alias("pay_usd")
    )
    (found,) = LookUp.fit(pl.concat([few, many])).quantiles(person, [0.5])
    assert found == pytest.approx(10.0)


@BASELINES
def test_a_role_and_place_never_seen_are_answered(
    baseline: type[LookUp] | type[OneHotRidge],
) -> None:
    stranger = TEST[:1].with_columns(
        pl.lit("sales_engineer").alias("role"), pl.lit("DE").alias("country")
    )
    assert np.isfinite(baseline.fit(TRAIN).quantiles(stranger, LEVELS)).all()


def test_the_look_up_answers_for_a_pay_basis_it_never_saw() -> None:
    stranger = TEST[:1].with_columns(pl.lit("base").alias("pay_basis"))
    assert np.isfinite(LookUp.fit(TRAIN).quantiles(stranger, LEVELS)).all()


def test_the_ridge_comes_near_the_truth_where_the_truth_is_linear() -> None:
    metrics = score(
        np.log(TEST["pay_usd"].to_numpy()), OneHotRidge.fit(TRAIN).quantiles(TEST, LEVELS)
    )
    # The truth's own loss: the mean over the levels of a normal's expected pinball loss.
    best = SPREAD * float(np.mean(norm.pdf(norm.ppf(LEVELS))))
    # A row's loss varies by three quarters of its mean: 4 standard errors of 500 rows are 14 %,
    # and some 40 coefficients learned from 1,500 records add 2 %.
    assert metrics["pinball_loss"] == pytest.approx(best, rel=0.16)


def test_the_ridge_covers_people_it_has_not_seen() -> None:
    metrics = score(
        np.log(TEST["pay_usd"].to_numpy()), OneHotRidge.fit(TRAIN).quantiles(TEST, LEVELS)
    )
    # Four binomial standard errors of 500 people, and the 90 % quantile's own of 1,500.
    spread = 4 * np.sqrt(0.8 * 0.2 * (1 / 500 + 1 / 1500))
    assert metrics["coverage_80"] == pytest.approx(0.8, abs=spread)
