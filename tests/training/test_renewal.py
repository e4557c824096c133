"""A recalibrated model: new artifact, same boosters, honest about what it was moved by."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.errors import TrainingError
from serving.model import CompensationModel
from tests.records import make_records
from training.gather import Pooled
from training.renewal import AFTER, BEFORE, Renewal, renew, usable
from training.replay import Pace

TODAY = date(2026, 11, 26)
RISE = 1.2
"""Pay of the outcomes over the truth the model has learned."""


def later(n: int, seed: int = 31) -> pl.DataFrame:
    """Return outcomes of the five months after the model's last day, 2025-11-30."""
    days = [date(2026, 1 + row % 5, 10) for row in range(n)]
    return make_records(n, seed=seed).with_columns(
        pl.Series("observed_on", days), pl.col("pay_usd") * RISE
    )


def with_records(pooled: Pooled, records: pl.DataFrame) -> Pooled:
    return replace(pooled, loaded=replace(pooled.loaded, records=records))


@pytest.fixture(scope="module")
def renewal(model: CompensationModel, pooled: Pooled) -> Renewal:
    return renew(model, "abc123" * 10, with_records(pooled, later(5000)), Pace(), TODAY)


def test_the_median_moves_to_the_outcomes_and_the_boosters_stay(
    model: CompensationModel, renewal: Renewal
) -> None:
    records = make_records(300, seed=8)
    before, after = (each.predict(records, (0.5,)) for each in (model, renewal.model))
    moved = float(np.mean(after.location - before.location))
    # 3,000 outcomes count 15/16; the standard error of their median is 0.006.
    assert moved == pytest.approx(np.log(RISE) * 15 / 16, abs=0.03)
    assert renewal.model.boosters == model.boosters


def test_the_model_it_came_from_is_left_as_it_was(
    model: CompensationModel, renewal: Renewal
) -> None:
    assert "recalibrated" not in model.manifest
    assert BEFORE not in model.manifest["metrics"]
    assert "Recalibrated" not in model.card
    assert renewal.model.calibration != model.calibration


def test_the_manifest_tells_what_it_was_recalibrated_on(
    model: CompensationModel, renewal: Renewal
) -> None:
    told = renewal.model.manifest["recalibrated"]
    assert told["on"] == "2026-11-26"
    assert told["from_model"] == "abc123" * 10
    assert (told["outcomes"], told["window_months"], told["delay_months"]) == (3000, 3, 1)
    assert (told["observed_from"], told["observed_to"]) == ("2026-03-10", "2026-05-10")
    assert told["share"] == pytest.approx(3000 / 3200)
    assert set(told["moves"]) == {"pooled", "total"}
    assert model.standing_year < told["standing_year"] < 2026 + 4 / 12
    assert renewal.model.standing_year == told["standing_year"]


def test_outcomes_are_covered_better_than_before_though_no_one_judges_themselves(
    renewal: Renewal,
) -> None:
    metrics = renewal.model.manifest["metrics"]
    assert metrics[BEFORE]["coverage_80"] < metrics[AFTER]["coverage_80"]
    assert metrics[AFTER]["pinball_loss"] < metrics[BEFORE]["pinball_loss"]
    # Each half of 1,500 is moved by the other: four standard errors of a share on 3,000.
    assert metrics[AFTER]["coverage_80"] == pytest.approx(0.8, abs=0.03)


def test_measured_coverage_is_that_of_the_outcomes(renewal: Renewal) -> None:
    carried = renewal.model.coverage
    assert carried is not None
    measured = carried.of({}, "total: employer unknown, person unknown", 0.8)
    assert measured is not None
    assert measured.n >= 1000
    assert len(renewal.ranks) > carried.records["all"] == 3000


def test_the_card_and_the_manifest_of_the_saved_model_say_it(
    renewal: Renewal, tmp_path: Path
) -> None:
    renewal.model.save(tmp_path)
    again = CompensationModel.load(tmp_path)
    assert "## Recalibrated on 2026-11-26" in again.card
    assert again.standing_year == renewal.model.standing_year
    told = json.loads((tmp_path / "manifest.json").read_text())
    assert told["recalibrated"] == renewal.model.manifest["recalibrated"]
    records = make_records(20)
    np.testing.assert_array_equal(
        again.predict(records, (0.1, 0.9)).quantiles,
        renewal.model.predict(records, (0.1, 0.9)).quantiles,
    )


def test_a_recalibrated_model_can_be_recalibrated_again(renewal: Renewal, pooled: Pooled) -> None:
    again = renew(renewal.model, "def", with_records(pooled, later(2000, 5)), Pace(), TODAY)
    moves = again.model.manifest["recalibrated"]["moves"]
    # What was left of the rise, and chance.
    assert abs(moves["total"]["shift"]) < 0.05
    assert again.model.manifest["recalibrated"]["from_model"] == "def"


def test_days_learned_from_and_months_not_yet_whole_are_set_aside(
    model: CompensationModel,
) -> None:
    days = [date(2025, 11, 29), date(2025, 12, 2), date(2026, 1, 5), date(2026, 2, 5)]
    records = later(800).with_columns(
        pl.Series("observed_on", [days[row % 4] for row in range(800)])
    )
    # On 5 March, with one month's delay, January is the last month that is known.
    assert model.manifest["data"]["observed_to"] == "2025-11-30"
    left = usable(records, model, Pace(window=3, delay=1), date(2026, 3, 5))
    assert set(left["observed_on"]) == {date(2025, 12, 2), date(2026, 1, 5)}
    left = usable(records, model, Pace(window=1, delay=1), date(2026, 3, 5))
    assert set(left["observed_on"]) == {date(2026, 1, 5)}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (make_records(500), "0 outcomes between 2025-11-30"),
        (later(99), "outcomes between 2025-11-30, up to which the model learned, and 2026-10-01"),
    ],
)
def test_too_few_usable_outcomes_are_refused_with_the_days_and_the_way_out(
    model: CompensationModel, pooled: Pooled, given: pl.DataFrame, said: str
) -> None:
    with pytest.raises(TrainingError, match=said) as refusal:
        renew(model, "abc", with_records(pooled, given), Pace(), TODAY)
    assert "at least 100 are needed: wait, widen the window, or fit again" in str(refusal.value)


@pytest.mark.parametrize("synthetic", ["model", "outcomes"])
def test_nothing_synthetic_is_recalibrated(
    model: CompensationModel, pooled: Pooled, synthetic: str
) -> None:
    invented = {**pooled.told, "synthetic": True}
    given = with_records(pooled, later(500))
    if synthetic == "outcomes":
        given = replace(given, told=invented)
    of = CompensationModel(
        model.encoder,
        model.boosters,
        model.calibration,
        None,
        model.support,
        {**model.manifest, "data": invented if synthetic == "model" else pooled.told},
    )
    with pytest.raises(TrainingError, match="synthetic market"):
        renew(of, "abc", given, Pace(), TODAY)
