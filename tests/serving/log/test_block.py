from datetime import date
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest

from data.record import INPUT_TYPES
from serving.log.block import KIND, Block, answers
from serving.log.rows import ROWS, block_id, file_of

FILE = "f" * 32


def block() -> Block:
    inputs: dict[str, Any] = dict.fromkeys(INPUT_TYPES)
    inputs |= {"title": "Chief weaver", "company": "Roe", "role": "data_scientist"}
    inputs |= {"skills": ["python"], "observed_on": date(2026, 11, 20), "pay_basis": "total"}
    amounts = {"p10": 90, "p90": 410, "median": 200, "lower": 90, "upper": 410}
    amounts |= {"predicted_base": 150, "predicted_bonus": 20, "predicted_equity": 30}
    return Block(
        pl.DataFrame([inputs, inputs], schema=dict(INPUT_TYPES)),
        pl.Series([["location", "education"], []]),
        pl.Series([None, ["years_experience: a number"]]),
        pl.DataFrame([amounts, dict.fromkeys(amounts)], schema=dict.fromkeys(amounts, pl.Int64)),
        np.array([[1, np.nan], [3, 4]], np.float32),
        ["total: full", "total: full"],
    )


def content() -> dict[str, Any]:
    told = {
        "format": 1,
        "at": "",
        "tenant": "acme",
        "client": "c",
        "model": "3",
        "vocabulary": "v",
        "kind": KIND,
        "file": FILE,
        "first": 501,
        "latency_us": 9,
        "question": {"currency": "USD", "coverage": 0.8},
        **block().packed(),
    }
    kept: dict[str, Any] = orjson.loads(orjson.dumps(told))
    return kept


def test_a_row_is_told_again_as_an_event_by_itself() -> None:
    ((name, event),) = answers(content(), [501], encoded_too=True)
    assert name == event["id"] == f"{FILE}.501"
    assert event["kind"] == "prediction"
    assert event["inputs"] == {
        "role": "data_scientist",
        "skills": ["python"],
        "observed_on": "2026-11-20",
        "pay_basis": "total",
    }
    assert event["unknown"] == ["education", "metro"]
    assert event["question"]["as_of"] == "2026-11-20"
    assert event["output"] == {
        "median": 2.0,
        "percentiles": {"p10": 0.9, "p90": 4.1},
        "range": {"coverage": 0.8, "lower": 0.9, "upper": 4.1},
        "components": {"base": 1.5, "bonus": 0.2, "equity": 0.3},
    }


def test_of_a_row_with_a_problem_nothing_is_told_but_that() -> None:
    ((_, event),) = answers(content(), [502], encoded_too=True)
    assert event["output"] == {"problem": ["years_experience: a number"]}
    assert (event["inputs"], event["row"]) == ({}, None)


def test_rows_that_a_block_has_not_are_not_told() -> None:
    assert list(answers(content(), [500, 503], encoded_too=False)) == []


@pytest.mark.parametrize(("number", "place"), [(1, 0), (ROWS, 0), (ROWS + 1, 1), (10**6, 1999)])
def test_the_block_of_a_row_is_found_by_its_number(number: int, place: int) -> None:
    assert block_id(f"{FILE}.{number}") == f"{FILE}/{place}"
    assert file_of(f"{FILE}.{number}") == file_of(FILE) == block_id(FILE) == FILE
