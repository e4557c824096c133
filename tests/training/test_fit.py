from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from data.errors import TrainingError
from tests.conftest import SMALL
from tests.records import make_records
from training.calibrate import narrowing
from training.fit import extended, fit, refuse_hopeless, steps
from training.sample import Sample, sampled
from training.trees import Rows

TINY = replace(SMALL, max_rounds=15, patience=5, scale_rounds=8, small_rounds=5)
RECORDS = make_records(600)


def silent(_: str) -> None:
    pass


def rows_of(sample: Sample) -> Rows:
    nothing = np.zeros((len(sample.weight), 1), np.float32)
    return Rows(nothing, sample.log_pay, sample.weight, ())


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


def test_a_model_of_records_without_a_split_has_no_components() -> None:
    records = RECORDS.with_columns(pl.lit(None, pl.Float64).alias("base_usd"))
    model = fit(records, TINY, silent).model
    assert not model.has_components
    assert np.isnan(model.predict(RECORDS, ()).components).all()


def test_the_same_seed_fits_the_same_model_and_another_seed_another() -> None:
    one, two, three = (fit(RECORDS, replace(TINY, seed=seed), silent) for seed in (0, 0, 1))
    assert one.factor == two.factor
    assert one.model.calibration == two.model.calibration
    for name, booster in one.model.boosters.items():
        assert booster.text == two.model.boosters[name].text
    assert one.model.boosters["location"].text != three.model.boosters["location"].text


def test_what_was_kept_back_for_the_scalar_is_learned_from_in_the_end() -> None:
    fitted = fit(RECORDS, TINY, silent)
    assert sum(fitted.model.support.bases.values()) == RECORDS.height
    assert set(fitted.sample.records["record_id"]) == set(RECORDS["record_id"])


def test_a_small_table_shrinks_its_calibration_as_it_learns_from_more() -> None:
    fitted = fit(RECORDS, TINY, silent)
    more = sampled(make_records(200, seed=7), TINY, np.random.default_rng(0))
    longer = extended(fitted, more, TINY, silent)
    by = narrowing(RECORDS.height, RECORDS.height + 200)
    assert longer.model.calibration == fitted.model.calibration.scaled(by)


def test_a_model_that_learns_from_more_keeps_its_calibration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("training.calibrate.FEW", RECORDS.height)
    fitted = fit(RECORDS, TINY, silent)
    more = sampled(make_records(200, seed=7), TINY, np.random.default_rng(0))
    longer = extended(fitted, more, TINY, silent)
    assert longer.model.calibration == fitted.model.calibration
    assert sum(longer.model.support.bases.values()) == RECORDS.height + 200
    assert longer.model.boosters["location"].text != fitted.model.boosters["location"].text
    # Nobody's own pay is in what boosters that had not seen them say.
    unseen = fitted.model.boosters["location"].predict(fitted.model.encoder.encode(more.inputs))
    np.testing.assert_array_equal(longer.location[len(fitted.location) :], unseen)


def test_a_fit_tells_as_often_as_it_says() -> None:
    told: list[str] = []
    fit(RECORDS, TINY, told.append)
    assert len(told) == steps(TINY)


def test_the_order_of_the_columns_teaches_nothing() -> None:
    turned = RECORDS.select(reversed(RECORDS.columns))
    one, two = (fit(each, TINY, silent).model for each in (RECORDS, turned))
    assert one.boosters["location"].text == two.boosters["location"].text
