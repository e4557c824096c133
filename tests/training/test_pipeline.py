import math
from dataclasses import replace
from datetime import date
from importlib.metadata import version

import numpy as np
import polars as pl
import pytest

from data.vocabulary import digest
from tests.conftest import SMALL
from tests.records import make_records
from training.evaluate import scored
from training.gather import Pooled
from training.masks import masked
from training.pipeline import Outcome, blanked, length, run

TINY = replace(SMALL, max_rounds=15, patience=5, scale_rounds=8, small_rounds=5)


def test_the_manifest_tells_what_was_learned_from_chosen_and_measured(
    outcome: Outcome, pooled: Pooled
) -> None:
    manifest = outcome.model.manifest
    assert manifest["trained_on"] == "2026-01-01"
    assert manifest["data"] == pooled.told
    assert manifest["config"] == SMALL.as_dict()
    assert manifest["vocabulary"] == digest()
    assert manifest["libraries"]["lightgbm"] == version("lightgbm")
    assert manifest["features"] == [column.name for column in outcome.model.encoder.columns]
    assert 0.5 < manifest["scalar"] < 1.5


def test_the_model_is_measured_on_people_kept_back_beside_its_baselines(outcome: Outcome) -> None:
    metrics = outcome.model.manifest["metrics"]
    assert set(metrics) == {
        "grouped_random",
        "employer_blanked",
        "look-up",
        "ridge",
        "temporal",
    }
    assert {metrics[name]["records"] for name in ("grouped_random", "look-up", "ridge")} == {600.0}
    assert metrics["grouped_random"] == outcome.report.metrics
    assert len(outcome.report.ranks) == 600
    for name in ("grouped_random", "employer_blanked", "temporal"):
        assert metrics[name]["crossings"] == 0


def test_the_shipped_model_has_learned_from_everybody(outcome: Outcome, pooled: Pooled) -> None:
    assert sum(outcome.model.support.bases.values()) == pooled.loaded.records.height


def test_the_coverage_it_carries_is_that_of_people_kept_back_with_and_without_masks(
    outcome: Outcome,
) -> None:
    carried = outcome.model.coverage
    assert carried is not None
    for pattern in ("level known, person known", "employer unknown, person unknown"):
        measured = carried.of({}, f"total: {pattern}", 0.8)
        assert measured is not None
        assert measured.n >= 100
        # Four binomial standard errors, and as much for what a few hundred records calibrate.
        assert measured.share == pytest.approx(0.8, abs=8 * math.sqrt(0.16 / measured.n))


def test_every_field_that_somebody_says_has_its_effect_and_the_largest_comes_last(
    outcome: Outcome, pooled: Pooled
) -> None:
    encoder, records = outcome.model.encoder, pooled.loaded.records
    rows, nothing = encoder.encode(records), encoder.encode_one({})
    told = ~((rows == nothing) | (np.isnan(rows) & np.isnan(nothing)))
    said = {column.field for column, some in zip(encoder.columns, told.any(0), strict=True) if some}
    # The pay basis is part of the baseline.
    assert set(outcome.effects["field"]) == said - {"pay_basis"}
    assert outcome.effects["effect"].is_sorted()
    # The place moves the made pay most: up to half of it.
    assert set(outcome.effects["field"].tail(4)) & {"metro", "locality", "country", "region"}


def test_blanking_the_employer_hides_it_from_the_model(outcome: Outcome) -> None:
    records = make_records(500, seed=4)
    assert blanked(outcome.model, records) == scored(outcome.model, masked(records, "employer"))


def test_records_of_a_few_months_are_not_split_in_time(pooled: Pooled) -> None:
    day = pl.lit(date(2025, 1, 1)).alias("observed_on")
    records = pooled.loaded.records[:600].with_columns(day)
    told: list[str] = []
    within = Pooled(replace(pooled.loaded, records=records), pooled.digests, pooled.told)
    found = run(within, TINY, date(2026, 1, 1), told.append)
    assert "temporal" not in found.model.manifest["metrics"]
    assert not [step for step in told if step.startswith("earlier records")]


def test_a_run_tells_no_more_steps_than_it_says(pooled: Pooled) -> None:
    told: list[str] = []
    within = Pooled(
        replace(pooled.loaded, records=pooled.loaded.records[:600]), pooled.digests, pooled.told
    )
    run(within, TINY, date(2026, 1, 1), told.append)
    assert len(told) == length(TINY)
