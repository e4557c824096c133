"""A quick fit on real pay: intervals cover real people, and the look-up is beaten."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.recognition import Recogniser
from data.stages import Stages
from serving.model import CompensationModel
from tests.behaviour.chance import tolerance
from tests.conftest import SMALL
from training.baselines import LookUp
from training.evaluate import Report, evaluate, score
from training.every_way import every_way
from training.fit import fit
from training.gather import Wanted, gather
from training.labels import meaning
from training.masks import masked
from training.metrics import LEVELS
from training.split import Split, grouped_random

pytestmark = pytest.mark.real_data

ROWS = 12_000
KEPT_BACK = 0.2
TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def split(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Split:
    """Half of some real people to learn from, and half to measure on."""
    path = tmp_path_factory.mktemp("real") / "some.parquet"
    pl.read_parquet(real_data / "levels_fyi.parquet").sample(ROWS, seed=0).write_parquet(path)
    wanted = [Wanted.parse(f"levels_fyi={path}")]
    pooled = gather(wanted, Recogniser(Stages()), TODAY, lambda _: None)
    assert pooled.loaded.rejected_share < 0.02
    return grouped_random(pooled.loaded.records, 0.5, seed=0)


@pytest.fixture(scope="module")
def real_model(split: Split) -> CompensationModel:
    """A model of a few thousand real people."""
    config = replace(
        SMALL, max_rounds=150, scale_rounds=80, scalar_share=KEPT_BACK, small_rounds=10
    )
    return fit(split.train, config, lambda _: None).model


@pytest.fixture(scope="module")
def report(real_model: CompensationModel, split: Split) -> Report:
    """What was measured on the other half."""
    return evaluate(real_model, split.test)


def near(stated: float, split: Split) -> float:
    """Return how far a coverage of the other half may lie from the stated one by chance."""
    known = split.train.height
    return tolerance(
        stated, split.test.height, round(known * (1 - KEPT_BACK)), round(known * KEPT_BACK)
    )


@pytest.mark.parametrize("stated", [0.8, 0.9])
def test_real_people_are_covered_as_stated(report: Report, split: Split, stated: float) -> None:
    measured = report.metrics[f"coverage_{stated * 100:.0f}"]
    assert measured == pytest.approx(stated, abs=near(stated, split))


@pytest.mark.parametrize("stated", [0.8, 0.9])
def test_real_people_who_name_no_employer_are_covered_too(
    real_model: CompensationModel, split: Split, stated: float
) -> None:
    metrics = evaluate(real_model, masked(split.test, "employer")).metrics
    measured = metrics[f"coverage_{stated * 100:.0f}"]
    # Two points more, as the table of such requests is shrunk to that of all.
    assert measured == pytest.approx(stated, abs=near(stated, split) + 0.02)


def test_the_look_up_that_pay_sites_show_is_beaten_by_far(report: Report, split: Split) -> None:
    log_pay = np.log(split.test["pay_usd"].to_numpy())
    look_up = score(log_pay, LookUp.fit(split.train).quantiles(split.test, LEVELS))
    assert report.metrics["pinball_loss"] <= 0.85 * look_up["pinball_loss"]
    assert report.metrics["crossings"] == 0


def test_real_components_come_near(report: Report, split: Split) -> None:
    base = split.test["base_usd"].drop_nulls().to_numpy()
    typical = float(np.abs(base - np.median(base)).mean())
    assert report.metrics["base_mean_absolute_error_usd"] < 0.7 * typical


def test_a_reliable_answer_is_nearer_and_an_unreliable_one_further_off(
    real_model: CompensationModel, split: Split
) -> None:
    asked = every_way(split.test)
    found = meaning(real_model, asked, real_model.predict(asked, LEVELS))
    errors = [of["median_absolute_percentage_error"] for of in found.values()]
    assert list(found) == ["high", "medium", "low"]
    assert errors == sorted(errors)
    assert errors[-1] > 1.4 * errors[0]
    assert found["high"]["coverage_80"] >= found["low"]["coverage_80"] - 0.02


def test_real_components_are_covered_as_stated(report: Report) -> None:
    for name in ("base", "bonus", "equity"):
        # Four points below for chance; above, a range that holds nothing holds all who have none,
        # who are up to the tenth that its lower tail would leave out.
        assert 0.76 <= report.metrics[f"{name}_coverage_80"] <= 0.94
