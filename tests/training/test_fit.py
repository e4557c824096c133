from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from data.errors import TrainingError
from tests.conftest import SMALL
from tests.records import make_records
from training.fit import components, fit, refuse_hopeless, steps
from training.sample import sampled
from training.trees import Rows

TINY = replace(SMALL, max_rounds=15, patience=5, scale_rounds=8, small_rounds=5)
RECORDS = make_records(600)


def silent(_: str) -> None:
    pass


def test_too_few_records_are_refused_with_the_number_needed() -> None:
    with pytest.raises(TrainingError, match="299 records in 299 groups; at least 300"):
        refuse_hopeless(RECORDS[:299], TINY)


def test_many_records_of_few_people_are_refused() -> None:
    few = RECORDS.with_columns(pl.lit("one person").alias("group_id"))
    with pytest.raises(TrainingError, match="600 records in 1 groups"):
        refuse_hopeless(few, TINY)


def test_equal_pay_is_refused_as_nothing_to_learn() -> None:
    equal = RECORDS.with_columns(pl.lit(100_000.0).alias("pay_usd"))
    with pytest.raises(TrainingError, match="only 1 different amounts of pay among 600 records"):
        fit(equal, TINY, silent)


def test_components_learn_base_and_the_share_of_equity_in_the_rest() -> None:
    sample = sampled(RECORDS, TINY, np.random.default_rng(0))
    n = len(sample.origin)
    rows = Rows(np.zeros((n, 1), np.float32), sample.log_pay, sample.weight, ())
    told = components(RECORDS, sample, rows, TINY)
    assert set(told) == {"base_share", "equity_share"}
    np.testing.assert_allclose(told["base_share"].target, 0.7)
    np.testing.assert_allclose(told["equity_share"].target, 2 / 3)


@pytest.mark.parametrize(
    "change",
    [
        pl.lit(None, pl.Float64).alias("base_usd"),
        pl.lit("posted_base").alias("pay_basis"),
        pl.lit(0.0).alias("base_usd"),
    ],
)
def test_components_are_not_learned_where_totals_are_not_split(change: pl.Expr) -> None:
    records = RECORDS.with_columns(change)
    sample = sampled(records, TINY, np.random.default_rng(0))
    n = len(sample.origin)
    rows = Rows(np.zeros((n, 1), np.float32), sample.log_pay, sample.weight, ())
    assert components(records, sample, rows, TINY) == {}


def test_a_model_of_records_without_a_split_has_no_components() -> None:
    records = RECORDS.with_columns(pl.lit(None, pl.Float64).alias("base_usd"))
    model, _ = fit(records, TINY, silent, factor=1.0)
    assert not model.has_components
    assert np.isnan(model.predict(RECORDS, ()).components).all()


def test_the_same_seed_fits_the_same_model_and_another_seed_another() -> None:
    (one, first), (two, again), (three, _) = (
        fit(RECORDS, replace(TINY, seed=seed), silent) for seed in (0, 0, 1)
    )
    assert first == again
    assert one.calibration == two.calibration
    for name, booster in one.boosters.items():
        assert booster.text == two.boosters[name].text
    assert one.boosters["location"].text != three.boosters["location"].text


def test_a_factor_that_is_given_is_applied_and_no_record_kept_back() -> None:
    one, told = fit(RECORDS, TINY, silent, factor=1.0)
    two, _ = fit(RECORDS, TINY, silent, factor=0.5)
    assert told == 1.0
    for name, table in one.calibration.tables.items():
        np.testing.assert_allclose(two.calibration.tables[name], 0.5 * np.asarray(table))
    assert sum(one.support.bases.values()) == RECORDS.height


def test_a_fit_tells_as_often_as_it_says() -> None:
    told: list[str] = []
    fit(RECORDS, TINY, told.append)
    assert len(told) == steps(TINY)


def test_the_order_of_the_columns_teaches_nothing() -> None:
    turned = RECORDS.select(reversed(RECORDS.columns))
    one, two = (fit(each, TINY, silent, factor=1.0)[0] for each in (RECORDS, turned))
    assert one.boosters["location"].text == two.boosters["location"].text
