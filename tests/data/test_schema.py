"""The rules of a record, each with its reason in words."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from data.record import INPUT_TYPES, PAY_TYPES, PROTECTED, RECORD_TYPES, REJECT_TYPES
from data.schema import inputs_schema, record_schema, sift
from tests.data.reading import TODAY

RULES = record_schema(TODAY, 1_000.0, 20_000_000.0)


def frame_of(*changes: dict[str, Any]) -> pl.DataFrame:
    """Good records but for ``changes``, one a row."""
    plain = dict.fromkeys(RECORD_TYPES) | {
        "record_id": "made:1",
        "group_id": "made:1",
        "source": "made",
        "weight": 1.0,
        "currency": "USD",
        "pay_period": "year",
        "pay_usd": 150_000.0,
        "role": "data_scientist",
        "skills": ["python"],
        "stage_inferred": False,
        "observed_on": date(2026, 3, 31),
        "pay_basis": "total",
    }
    rows = [plain | change for change in changes]
    return pl.DataFrame(rows, schema=RECORD_TYPES).with_row_index("row", offset=1)


def broken(change: dict[str, Any]) -> list[tuple[int, str, str]]:
    sifted = sift(frame_of({}, change, {}), RULES)
    assert sifted.kept["row"].to_list() == ([1, 3] if sifted.rejects.height else [1, 2, 3])
    return sifted.rejects.select("row", "column", "rule").rows()


def test_a_good_record_breaks_no_rule() -> None:
    assert broken({}) == []


@pytest.mark.parametrize("column", ["role", "seniority", "company_stage", "industry", "education"])
def test_a_word_that_is_no_id_is_rejected_with_its_vocabulary(column: str) -> None:
    ((row, name, rule),) = broken({column: "astronaut"})
    assert (row, name) == (2, column)
    assert rule.startswith("in the vocabulary ")


@pytest.mark.parametrize(
    ("column", "least", "most"),
    [
        ("years_experience", 0, 70),
        ("years_at_company", 0, 70),
        ("remote_share", 0, 1),
        ("fte_share", 0.01, 1),
        ("company_size", 1, 10_000_000),
        ("pay_usd", 1_000, 20_000_000),
    ],
)
def test_a_number_is_between_its_bounds_themselves_allowed(
    column: str, least: float, most: float
) -> None:
    assert broken({column: float(least)}) == broken({column: float(most)}) == []
    for beyond in (least - 0.001, most * 1.001, float("nan"), float("inf")):
        assert {(row, name) for row, name, _ in broken({column: beyond})} == {(2, column)}


@pytest.mark.parametrize(
    "column", ["record_id", "group_id", "weight", "currency", "pay_usd", "observed_on"]
)
def test_what_every_record_must_have_is_not_empty(column: str) -> None:
    assert broken({column: None}) == [(2, column, "not empty")]


@pytest.mark.parametrize("column", sorted(set(INPUT_TYPES) - {"skills", "stage_inferred"}))
def test_inputs_are_optional_for_a_prediction(column: str) -> None:
    rejects = sift(frame_of({column: None}), inputs_schema()).rejects
    assert rejects["column"].to_list() == (["pay_basis"] if column == "pay_basis" else [])


def test_a_prediction_needs_no_pay_and_minds_none() -> None:
    frame = frame_of({"pay_usd": -1.0, "currency": None, "observed_on": date(2099, 1, 1)})
    assert sift(frame, inputs_schema()).kept.height == 1


def test_the_ends_of_a_range_are_in_order() -> None:
    assert broken({"posted_low": 2e5, "posted_high": 1e5}) == [
        (2, "posted_high", "posted_low at most posted_high")
    ]
    assert broken({"posted_low": 1e5, "posted_high": 1e5}) == []
    assert broken({"posted_low": None, "posted_high": 1e5}) == []


def test_a_row_with_two_faults_is_told_twice_and_lost_once() -> None:
    sifted = sift(frame_of({"pay_usd": 1e16, "role": "astronaut"}, {}), RULES)
    assert sifted.kept["row"].to_list() == [2]
    assert sorted(sifted.rejects["column"]) == ["pay_usd", "role"]
    assert sifted.rejects.schema == pl.Schema(REJECT_TYPES)


def test_protected_columns_are_no_inputs() -> None:
    assert not set(PROTECTED) & set(INPUT_TYPES)
    assert set(PROTECTED) <= set(PAY_TYPES)


def test_a_frame_of_the_wrong_shape_is_a_fault_of_ours() -> None:
    with pytest.raises(TypeError, match="column 'weight'"):
        sift(frame_of({}).with_columns(pl.col("weight").cast(pl.String)), RULES)
