import polars as pl
import pytest

from data.errors import TrainingError
from tests.records import make_records
from training.benchmark.conformal import corrections
from training.benchmark.job import Job
from training.benchmark.measure import AS_GIVEN, BLANKED, FULL, measure, with_copies
from training.benchmark.sets import Table
from training.benchmark.splits import BY_COMPANY, LATER, RANDOM


def test_a_peer_is_measured_as_given_and_with_each_correction(told: Table) -> None:
    found = measure(Job(told.name, told.records, RANDOM, 0, "ridge", blanked=True))
    assert set(found["scores"]) == {FULL, BLANKED}
    assert set(found["scores"][FULL]) == {AS_GIVEN, *corrections()}
    rows = found["rows"]
    assert sum(rows.values()) == told.height
    assert rows["calibrated"] > 0
    scores = found["scores"][FULL]["per level"]
    assert scores["records"] == rows["held_out"]
    assert 0 < scores["pinball_loss"] < found["scores"][BLANKED]["per level"]["pinball_loss"] < 1
    assert set(found["floor"]) == {"80", "90"}
    assert min(found[cost] for cost in ("fit_seconds", "row_microseconds", "size_mb")) > 0


def test_ours_learns_from_all_training_rows_and_is_not_corrected(told: Table) -> None:
    found = measure(Job(told.name, told.records, RANDOM, 0, "look-up"))
    assert set(found["scores"]) == {FULL}
    assert found["groups"] == 0
    # Without groups there is no gap to tell, and a NaN would be no JSON.
    assert not [name for name in found["scores"][FULL][AS_GIVEN] if "gap" in name]


@pytest.mark.parametrize("peer", ["ridge", "look-up"])
def test_methods_are_measured_on_the_very_same_rows(peer: str, told: Table) -> None:
    found = measure(Job(told.name, told.records, LATER, 0, peer))
    assert found["rows"]["held_out"] == 181


def test_a_split_that_cannot_be_made_is_refused_by_name(told: Table) -> None:
    with pytest.raises(TrainingError, match="people: no by_company split can be made of it"):
        measure(Job(told.name, told.records, BY_COMPANY, 0, "ridge"))


def test_a_record_and_its_masked_copies_weigh_as_much_as_the_record_did() -> None:
    records = make_records(400)
    copies = with_copies(records, 0)
    assert copies.height > 400
    weights = copies.group_by("group_id").agg(pl.col("weight").sum())["weight"]
    assert weights.to_list() == pytest.approx([1.0] * 400)
    assert copies["company"].null_count() > records["company"].null_count()
