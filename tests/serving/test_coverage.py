import json
from dataclasses import asdict

import numpy as np
import polars as pl
import pytest

from serving.coverage import ALL, GRID, LEAST, Coverage
from tests.records import make_records

RECORDS = make_records(2000)
KNOWN = ["total: level known, person known"] * 1500 + ["total: rare"] * 500
EVEN = (np.arange(2000) + 0.5) / 2000
"""Ranks of a perfectly calibrated model."""


def test_even_ranks_are_covered_as_stated() -> None:
    coverage = Coverage.measure(RECORDS, np.random.default_rng(0).permutation(EVEN), KNOWN)
    np.testing.assert_allclose(coverage.shares[ALL], GRID, atol=1 / 2000)


def test_a_rank_is_inside_when_it_is_no_further_from_the_middle_than_half_the_coverage() -> None:
    ranks = np.repeat([0.5, 0.35, 0.9, 0.02, 0.0], 400)
    coverage = Coverage.measure(RECORDS, ranks, KNOWN)
    shares = dict(zip(GRID, coverage.shares[ALL], strict=True))
    assert (shares[0.0], shares[0.25], shares[0.35], shares[0.75]) == (0.2, 0.2, 0.4, 0.4)
    assert (shares[0.85], shares[0.95], shares[1.0]) == (0.6, 0.6, 1.0)


def test_the_measured_share_rises_with_the_stated_one() -> None:
    coverage = Coverage.measure(RECORDS, np.random.default_rng(0).beta(2, 3, 2000), KNOWN)
    for shares in coverage.shares.values():
        assert (np.diff(shares) >= 0).all()


def test_each_group_is_measured_on_its_own_records() -> None:
    senior = (RECORDS["seniority"] == "senior").to_numpy()
    coverage = Coverage.measure(RECORDS, np.where(senior, 0.5, 0.999), KNOWN)
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
    coverage = Coverage.measure(rare, EVEN, KNOWN)
    assert "role=sales_engineer" not in coverage.shares
    assert coverage.records["role=data_analyst"] == LEAST + 1


def test_few_records_are_measured_as_a_whole() -> None:
    coverage = Coverage.measure(RECORDS[:5], EVEN[:5], KNOWN[:5])
    assert coverage.records == {ALL: 5}


@pytest.mark.parametrize(
    ("role", "inputs", "group"),
    [
        ("data_scientist", KNOWN[0], "role=data_scientist"),
        ("sales_engineer", KNOWN[0], f"inputs={KNOWN[0]}"),
        (None, "total: never seen", ALL),
    ],
)
def test_the_records_most_like_the_asked_one_answer(
    role: str | None, inputs: str, group: str
) -> None:
    coverage = Coverage.measure(RECORDS, EVEN, KNOWN)
    measured = coverage.of({"role": role}, inputs, 0.8)
    assert measured is not None
    assert (measured.group, measured.n) == (group, coverage.records[group])


def test_between_two_measured_coverages_the_line_between_them_answers() -> None:
    coverage = Coverage({ALL: [float(level) for level in GRID]}, {ALL: 500})
    measured = coverage.of({}, "", 0.83)
    assert measured is not None
    assert measured.share == pytest.approx(0.83)


def test_where_nothing_was_measured_nothing_is_told() -> None:
    assert Coverage({}, {}).of({"role": "data_scientist"}, "", 0.8) is None


def test_it_is_the_same_once_stored() -> None:
    coverage = Coverage.measure(RECORDS, EVEN, KNOWN)
    assert Coverage(**json.loads(json.dumps(asdict(coverage)))) == coverage
