import json
from dataclasses import asdict

import numpy as np
import polars as pl
import pytest

from serving.coverage import GRID, LEAST, Coverage, Measured
from tests.records import make_records

RECORDS = make_records(2000)
FULL, BARE = "total: level known, person known", "total: employer unknown, person unknown"
ASKED = [FULL] * 1950 + [BARE] * 50
WHOLE = f"inputs={FULL}"
EVEN = (np.arange(2000) + 0.5) / 2000
"""Ranks of a perfectly calibrated model."""


def test_even_ranks_are_covered_as_stated() -> None:
    coverage = Coverage.measure(RECORDS, np.random.default_rng(0).permutation(EVEN), [FULL] * 2000)
    np.testing.assert_allclose(coverage.shares[WHOLE], GRID, atol=1 / 2000)


def test_a_rank_is_inside_when_it_is_no_further_from_the_middle_than_half_the_coverage() -> None:
    ranks = np.repeat([0.5, 0.35, 0.9, 0.02, 0.0], 400)
    coverage = Coverage.measure(RECORDS, ranks, [FULL] * 2000)
    shares = dict(zip(GRID, coverage.shares[WHOLE], strict=True))
    assert (shares[0.0], shares[0.25], shares[0.35], shares[0.75]) == (0.2, 0.2, 0.4, 0.4)
    assert (shares[0.85], shares[0.95], shares[1.0]) == (0.6, 0.6, 1.0)


def test_the_measured_share_rises_with_the_stated_one() -> None:
    coverage = Coverage.measure(RECORDS, np.random.default_rng(0).beta(2, 3, 2000), ASKED)
    for shares in coverage.shares.values():
        assert (np.diff(shares) >= 0).all()


def test_each_group_is_measured_on_its_own_records() -> None:
    senior = (RECORDS["seniority"] == "senior").to_numpy()
    coverage = Coverage.measure(RECORDS, np.where(senior, 0.5, 0.999), ASKED)
    at = GRID.index(0.8)
    assert coverage.shares["seniority=senior"][at] == 1.0
    assert coverage.shares["seniority=mid"][at] == 0.0
    assert coverage.records["seniority=senior"] == senior.sum()


def test_a_group_of_few_records_is_not_measured_alone() -> None:
    rows = pl.int_range(pl.len())
    rare = RECORDS.with_columns(
        role=pl.when(rows < LEAST - 1)
        .then(pl.lit("sales_engineer"))
        .when(rows < 2 * LEAST)
        .then(pl.lit("data_analyst"))
        .otherwise("role")
    )
    coverage = Coverage.measure(rare, EVEN, ASKED)
    assert "role=sales_engineer" not in coverage.shares
    assert coverage.records["role=data_analyst"] == LEAST + 1


def test_what_was_measured_on_few_records_is_not_told() -> None:
    few = LEAST - 1
    coverage = Coverage.measure(RECORDS[:few], EVEN[:few], ASKED[:few])
    assert coverage.of({"role": "data_scientist"}, FULL, 0.8) is None


def test_the_same_role_asked_with_the_same_inputs_answers() -> None:
    coverage = Coverage.measure(RECORDS, EVEN, ASKED)
    own = RECORDS[:1950].filter(role="data_scientist").height
    measured = coverage.of({"role": "data_scientist"}, FULL, 0.8)
    assert measured is not None
    assert (measured.group, measured.n) == (f"{WHOLE}, role=data_scientist", own)


@pytest.mark.parametrize("role", ["sales_engineer", None])
def test_for_a_role_of_few_all_who_asked_with_the_same_inputs_answer(role: str | None) -> None:
    measured = Coverage.measure(RECORDS, EVEN, ASKED).of({"role": role}, FULL, 0.8)
    assert measured is not None
    assert (measured.group, measured.n) == (WHOLE, 1950)


@pytest.mark.parametrize("inputs", [BARE, "posted_base: level known, person known"])
def test_what_was_measured_on_other_inputs_is_not_told(inputs: str) -> None:
    assert (
        Coverage.measure(RECORDS, EVEN, ASKED).of({"role": "data_scientist"}, inputs, 0.8) is None
    )


def test_between_two_measured_coverages_the_line_between_them_answers() -> None:
    coverage = Coverage({WHOLE: [float(level) for level in GRID]}, {WHOLE: 500})
    assert coverage.of({}, FULL, 0.83) == Measured(WHOLE, pytest.approx(0.83), 500)  # type: ignore[arg-type]


@pytest.mark.parametrize("stated", [0.01, 0.04, 0.96, 0.99])
def test_a_coverage_outside_what_was_measured_is_not_told(stated: float) -> None:
    coverage = Coverage({WHOLE: [float(level) for level in GRID]}, {WHOLE: 500})
    assert coverage.of({}, FULL, stated) is None


def test_it_is_the_same_once_stored() -> None:
    coverage = Coverage.measure(RECORDS, EVEN, ASKED)
    assert Coverage(**json.loads(json.dumps(asdict(coverage)))) == coverage
