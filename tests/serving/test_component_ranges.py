import json
from dataclasses import asdict

import numpy as np
import pytest

from serving.calibration import groups
from serving.component_ranges import (
    AT,
    COMPONENTS,
    OWN,
    POOLED,
    ComponentRanges,
    key,
    keys_of,
)
from serving.model import CompensationModel
from tests.records import make_records

N = 3000
RNG = np.random.default_rng(0)
PAY = np.exp(12 + 0.2 * RNG.normal(size=N))
PREDICTED = np.column_stack([0.7 * PAY, 0.1 * PAY, 0.2 * PAY])
ACTUAL = PREDICTED * np.exp(0.2 * RNG.normal(size=(N, 3)))
KEYS = ["often"] * (N - OWN + 1) + ["seldom"] * (OWN - 1)
RANGES = ComponentRanges.measure(KEYS, PREDICTED, ACTUAL, np.full(N, 0.2), np.ones(N))


def test_only_requests_seen_often_have_tables_of_their_own() -> None:
    assert set(RANGES.tables) == {POOLED, "often"}
    amounts = PREDICTED[0].tolist()
    assert RANGES.of("seldom", amounts, 0.2, 0.8) == RANGES.of("never", amounts, 0.2, 0.8)


def test_each_component_has_its_range_around_it() -> None:
    found = RANGES.of("often", (140_000.0, 20_000.0, 40_000.0), 0.2, 0.8)
    assert tuple(found) == COMPONENTS
    assert found["base"].lower < 140_000 < found["base"].upper
    # Normal noise of 0.2: the middle 80 % end at 1.28 of it.
    assert found["base"].upper == pytest.approx(140_000 * np.exp(0.2 * 1.2816), rel=0.05)


def test_a_coverage_that_was_not_measured_is_not_told() -> None:
    measured = ComponentRanges(RANGES.tables, {"base": (0.5, 0.82, 0.9, 0.95)})
    assert measured.measured_at("base", 0.8) == 0.82
    assert measured.measured_at("base", AT[0] - 0.01) is None
    assert measured.measured_at("base", 0.99) is None
    assert measured.measured_at("bonus", 0.8) is None


def test_the_key_of_one_record_is_that_among_many() -> None:
    records = make_records(200)
    keys = keys_of(groups(records), records["company_stage"])
    assert keys == [key(record) for record in records.iter_rows(named=True)]
    assert len(set(keys)) > 1


def test_ranges_are_the_same_once_stored(model: CompensationModel) -> None:
    assert model.ranges is not None
    stored = json.loads(json.dumps(asdict(model.ranges)))
    again = ComponentRanges.from_state(stored)
    amounts = (1e5, 1e4, 5e4)
    assert again.of("x", amounts, 0.2, 0.9) == model.ranges.of("x", amounts, 0.2, 0.9)
    assert again.measured_at("bonus", 0.85) == model.ranges.measured_at("bonus", 0.85)
