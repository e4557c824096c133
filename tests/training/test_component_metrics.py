import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from serving.component_ranges import COMPONENTS
from serving.model import CompensationModel
from tests.conftest import SMALL
from tests.records import make_records
from training.component_metrics import component_coverage, covered_components
from training.fit import fit
from training.masks import masked


def uneven(n: int, seed: int) -> pl.DataFrame:
    """Return records of whom those in France have no equity and half of the others no bonus."""
    records = make_records(n, seed)
    rng = np.random.default_rng(seed + 7)
    abroad = (records["country"] == "FR").to_numpy()
    equity = np.where(abroad, 0.0, rng.uniform(0.1, 0.3, n))
    bonus = np.where(rng.random(n) < 0.5, 0.0, rng.uniform(0.05, 0.2, n))
    pay = records["pay_usd"].to_numpy()
    shares = {"base": 1 - equity - bonus, "bonus": bonus, "equity": equity}
    return records.with_columns(
        pl.Series(f"{name}_usd", share * pay) for name, share in shares.items()
    )


@pytest.fixture(scope="module")
def uneven_model() -> CompensationModel:
    config = replace(SMALL, max_rounds=150, scale_rounds=60, small_rounds=60)
    return fit(uneven(8000, seed=0), config, lambda _: None).model


@pytest.mark.parametrize("mask", [None, "employer", "all"])
def test_components_of_fresh_people_are_covered_as_stated(
    uneven_model: CompensationModel, mask: str | None
) -> None:
    fresh = uneven(4000, seed=3)
    asked = fresh if mask is None else masked(fresh, mask)
    found = component_coverage(uneven_model, asked, uneven_model.predict(asked, ()), (0.8, 0.9))
    # Four standard errors of 4,000 people and as much for what was learned from; a part that
    # many lack is covered by more, as nothing is one amount.
    for name in COMPONENTS:
        near = 8 * math.sqrt(0.16 / 4000)
        assert 0.8 - near <= found[f"{name}_coverage_80"] <= 1
        assert 0.9 - near <= found[f"{name}_coverage_90"] <= 1
    assert found["base_coverage_80"] == pytest.approx(0.8, abs=near)


def test_where_nobody_has_equity_its_range_is_nothing_or_hardly_more(
    uneven_model: CompensationModel,
) -> None:
    ranges = uneven_model.ranges
    assert ranges is not None
    abroad = uneven(300, seed=4).filter(pl.col("country") == "FR")
    told = uneven_model.predict(abroad, ())
    found = [
        (ranges.of("", parts, scale, 0.8)["equity"], sum(parts))
        for parts, scale in zip(told.components.tolist(), told.scale.tolist(), strict=True)
    ]
    assert all(each.lower == 0.0 for each, _ in found)
    assert np.mean([each.none_share for each, _ in found]) > 0.9
    assert all(each.upper < 0.05 * pay for each, pay in found)


def test_without_splits_nothing_is_measured(model: CompensationModel) -> None:
    records = make_records(50).with_columns(pl.lit(None, pl.Float64).alias("base_usd"))
    assert covered_components(model, records, model.predict(records, ()), (0.8,)) == {}


def test_the_whole_run_measures_the_ranges_it_ships(model: CompensationModel) -> None:
    assert model.ranges is not None
    assert set(model.ranges.measured) == set(COMPONENTS)
    told = model.manifest["metrics"]["grouped_random"]
    for name in COMPONENTS:
        assert told[f"{name}_coverage_80"] == pytest.approx(
            model.ranges.measured_at(name, 0.8), abs=1e-9
        )
