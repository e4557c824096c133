import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from serving.model import CompensationModel
from serving.support import LABELS
from tests.conftest import SMALL
from tests.records import SPREAD, make_records
from training.every_way import every_way
from training.fit import fit
from training.labels import Meaning, meaning, measured
from training.metrics import LEVELS


def test_each_label_has_its_own_error_and_coverage() -> None:
    labels = np.array(["high"] * 100 + ["low"] * 100)
    quantiles = np.tile(np.asarray(LEVELS) - 0.5, (200, 1))
    log_pay = np.where(labels == "high", 0.1, 1.0)
    found = measured(labels, log_pay, quantiles)
    assert list(found) == ["high", "low"]
    assert found["high"]["coverage_80"] == 1.0
    assert found["low"]["coverage_80"] == 0.0
    assert found["high"]["median_absolute_percentage_error"] == pytest.approx(1 - math.exp(-0.1))


def uneven(n: int, seed: int) -> pl.DataFrame:
    """Return records of whom few are in France and differ three times as much there."""
    records = make_records(n, seed)
    rng = np.random.default_rng(seed + 1)
    abroad = (records["country"] == "FR").to_numpy()
    noise = np.where(abroad, rng.normal(size=n) * math.sqrt(8) * SPREAD, 0.0)
    narrow = np.where(abroad, 0.0, -0.5 * SPREAD * rng.normal(size=n))
    pay = records["pay_usd"].to_numpy() * np.exp(noise + narrow)
    kept = ~abroad | (rng.random(n) < 0.1)
    return records.with_columns(pl.Series("pay_usd", pay)).filter(kept)


@pytest.fixture(scope="module")
def labelled() -> Meaning:
    config = replace(SMALL, max_rounds=150, scale_rounds=120)
    model = fit(uneven(8000, seed=0), config, lambda _: None).model
    asked = every_way(uneven(8000, seed=5))
    return meaning(model, asked, model.predict(asked, LEVELS))


def test_high_is_really_better_than_low(labelled: Meaning) -> None:
    errors = [of["median_absolute_percentage_error"] for of in labelled.values()]
    assert list(labelled) == [label for label in reversed(LABELS) if label in labelled]
    assert {"high", "low"} <= set(labelled)
    assert errors == sorted(errors)
    assert errors[-1] > 1.4 * errors[0]


def test_a_high_answer_is_covered_as_stated(labelled: Meaning) -> None:
    high = labelled["high"]
    # Four standard errors of those asked, who are a seventh as many people, and of the scalar.
    near = 4 * math.sqrt(0.16 * 7 / high["records"]) + 0.02
    assert high["coverage_80"] == pytest.approx(0.8, abs=near)


def test_the_manifest_tells_what_its_labels_mean(model: CompensationModel) -> None:
    told = model.manifest["reliability"]
    assert set(told) <= set(LABELS)
    # 600 people held out, each asked as they are and with what masks change.
    assert 600 < sum(of["records"] for of in told.values()) <= 7 * 600
    for label in told:
        assert f"| {label} |" in model.card
