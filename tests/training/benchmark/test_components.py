from pathlib import Path

import numpy as np
import pytest

from data.errors import TrainingError
from training.benchmark.cache import Measured
from training.benchmark.components import (
    PARTS,
    Components,
    gap,
    measure,
    negative,
    section,
    tells_parts,
)
from training.benchmark.sets import Table

GIVEN = {"base": 13_000.0, "bonus": 9_000.0, "equity": 21_000.0}


@pytest.fixture(scope="module")
def found(told: Table, config: Path) -> Measured:
    return measure(Components(told.name, told.records, 0, config))


def test_our_components_add_up_and_separate_ones_do_not(found: Measured) -> None:
    assert found["ours"]["gap"] < 1e-9
    assert found["ours"]["negative"] == 0
    assert found["apart"]["gap"] > 1e-4


def test_the_error_of_each_part_is_told_of_both(found: Measured) -> None:
    # Pay is about 100,000 USD with a spread of a quarter; seven tenths of it are base.
    for method in ("ours", "apart"):
        assert set(PARTS) < set(found[method])
        assert 2_000 < found[method]["base"] < 40_000


def test_a_table_that_tells_no_parts_is_left_out(
    told: Table, advertised: Table, config: Path
) -> None:
    assert tells_parts(told.records)
    assert not tells_parts(advertised.records)
    with pytest.raises(TrainingError, match="ads: too few records tell base, bonus and equity"):
        measure(Components(advertised.name, advertised.records, 0, config))


def test_parts_off_their_sum_and_parts_below_zero_are_counted() -> None:
    parts = np.array([[50.0, 10.0, 40.0], [60.0, -5.0, 45.0]])
    assert gap(parts.sum(axis=1), np.array([100.0, 125.0])) == pytest.approx(0.1)
    assert negative(parts) == 0.5


def test_the_page_shows_the_mean_over_seeds() -> None:
    task = [Components("levels_fyi", Path("levels_fyi.parquet"), seed) for seed in (0, 1)]
    ours = {**GIVEN, "gap": 0.0, "negative": 0.0}
    results = {
        each: {"records": 9000, "ours": ours, "apart": {**GIVEN, "gap": of, "negative": 0.16}}
        for each, of in zip(task, (0.03, 0.05), strict=True)
    }
    text = section(results)
    assert text.startswith("## levels_fyi: components\n\n9,000 held-out records")
    assert "| **paylens** | 13,000 | 9,000 | 21,000 | 0.0% | 0.0% |" in text
    assert "| 13,000 | 9,000 | 21,000 | 4.0% | 16.0% |" in text
    assert section({}) == ""
