import json
from dataclasses import asdict

import numpy as np
import polars as pl
import pytest

from serving.coverage import ALL, GRID, LEAST, Coverage
from serving.shrinkage import LEAST_PRIOR, wilson_interval
from tests.records import make_records

RECORDS = make_records(2000)
FULL, BARE = "total: level known, person known", "total: employer unknown, person unknown"
FEW = LEAST - 1
ASKED = [FULL] * (2000 - FEW) + [BARE] * FEW
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
    # Groups so unlike are drawn to all with the least force: 100 records' word, of about 600.
    assert coverage.priors["seniority"] == LEAST_PRIOR
    whole, n = coverage.shares[ALL][at], coverage.records["seniority=senior"]
    own = n / (n + LEAST_PRIOR)
    assert coverage.shares["seniority=senior"][at] == pytest.approx(own + (1 - own) * whole)
    assert coverage.shares["seniority=mid"][at] < 0.1
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
    coverage = Coverage.measure(RECORDS[:FEW], EVEN[:FEW], ASKED[:FEW])
    assert coverage.of({"role": "data_scientist"}, FULL, 0.8) is None


def test_the_same_role_asked_with_the_same_inputs_answers() -> None:
    coverage = Coverage.measure(RECORDS, EVEN, ASKED)
    own = RECORDS[: 2000 - FEW].filter(role="data_scientist").height
    measured = coverage.of({"role": "data_scientist"}, FULL, 0.8)
    assert measured is not None
    assert (measured.group, measured.n) == (f"{WHOLE}, role=data_scientist", own)


@pytest.mark.parametrize("role", ["sales_engineer", None])
def test_for_a_role_of_few_all_who_asked_with_the_same_inputs_answer(role: str | None) -> None:
    measured = Coverage.measure(RECORDS, EVEN, ASKED).of({"role": role}, FULL, 0.8)
    assert measured is not None
    assert (measured.group, measured.n) == (WHOLE, 2000 - FEW)


@pytest.mark.parametrize("inputs", [BARE, "posted_base: level known, person known"])
def test_what_was_measured_on_other_inputs_is_not_told(inputs: str) -> None:
    assert (
        Coverage.measure(RECORDS, EVEN, ASKED).of({"role": "data_scientist"}, inputs, 0.8) is None
    )


def test_between_two_measured_coverages_the_line_between_them_answers() -> None:
    coverage = Coverage({WHOLE: [float(level) for level in GRID]}, {WHOLE: 500})
    measured = coverage.of({}, FULL, 0.83)
    assert measured is not None
    assert measured.share == pytest.approx(0.83)
    assert (measured.low, measured.high) == wilson_interval(measured.share, 500)


@pytest.mark.parametrize("stated", [0.01, 0.04, 0.96, 0.99])
def test_a_coverage_outside_what_was_measured_is_not_told(stated: float) -> None:
    coverage = Coverage({WHOLE: [float(level) for level in GRID]}, {WHOLE: 500})
    assert coverage.of({}, FULL, stated) is None


def test_it_is_the_same_once_stored() -> None:
    coverage = Coverage.measure(RECORDS, EVEN, ASKED)
    assert Coverage(**json.loads(json.dumps(asdict(coverage)))) == coverage


def test_a_small_role_is_drawn_to_all_who_were_asked_alike_and_its_own_number_is_told() -> None:
    rare = RECORDS.with_columns(
        role=pl.when(pl.int_range(pl.len()) < 40).then(pl.lit("sales_engineer")).otherwise("role")
    )
    ranks = np.random.default_rng(0).permutation(EVEN)
    ranks[:40] = 0.999
    measured = Coverage.measure(rare, ranks, [FULL] * 2000).of(
        {"role": "sales_engineer"}, FULL, 0.8
    )
    assert measured is not None
    assert measured.n == 40
    # None of the forty was covered, but so few may be chance.
    assert 0.3 < measured.share < 0.8
    assert measured.low < measured.share < measured.high


def test_a_metro_is_drawn_to_its_country_and_not_to_all() -> None:
    paris = (RECORDS["metro"] == "paris").to_numpy()
    few = paris & (np.cumsum(paris) <= 50)
    records = RECORDS.with_columns(
        metro=pl.when(pl.Series(few)).then(pl.lit("lyon")).otherwise("metro")
    )
    ranks = np.random.default_rng(0).permutation(EVEN)
    ranks[paris & ~few] = 0.999
    coverage = Coverage.measure(records, ranks, [FULL] * 2000)
    at = GRID.index(0.8)
    own = float((np.abs(2 * ranks[few] - 1) <= 0.8).mean())
    assert coverage.shares["metro=lyon"][at] < own - 0.2
    assert coverage.shares["country=FR"][at] < 0.3


def test_one_person_asked_in_many_ways_is_one_record_and_one_outcome() -> None:
    asked = pl.concat([RECORDS[:500]] * 4)
    coverage = Coverage.measure(asked, np.tile(EVEN[::4], 4), [FULL] * 2000)
    assert coverage.records[ALL] == 500
    assert coverage.worth[ALL] == pytest.approx(500)


def test_bands_of_experience_and_of_the_predicted_scale_are_measured_too() -> None:
    scale = np.linspace(0.1, 0.5, 2000)
    ranks = np.where(scale > 0.42, 0.999, 0.5)
    coverage = Coverage.measure(RECORDS, ranks, [FULL] * 2000, scale)
    at = GRID.index(0.8)
    assert coverage.shares["scale=widest fifth"][at] < 0.3
    assert coverage.shares["scale=narrowest fifth"][at] > 0.9
    assert "experience=5-10 years" in coverage.shares


def test_what_an_older_release_measured_is_still_told() -> None:
    stored = {"shares": {WHOLE: [float(level) for level in GRID]}, "records": {WHOLE: 500}}
    measured = Coverage(**stored).of({}, FULL, 0.8)  # type: ignore[arg-type]
    assert measured is not None
    assert measured.low < 0.8 < measured.high
