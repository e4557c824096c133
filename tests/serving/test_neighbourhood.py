from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.neighbourhood import ALIKE, NEAR, SEPARATOR, Neighbourhood, split
from serving.support import Support
from tests.records import ROLES, SENIORITIES, STAGES, make_records

RECORDS = make_records(3000)
AROUND = Neighbourhood(Support.count(RECORDS).alike)
ASKED: dict[str, Any] = {
    "pay_basis": "total",
    "role": "data_scientist",
    "country": "US",
    "seniority": "senior",
    "company_stage": "seed",
    "years_experience": 6.0,
}


def of(cells: dict[tuple[str, str, str], int], **changed: Any) -> float:
    """Return how many are like ``ASKED`` among cells of seniority, stage and experience."""
    told = {
        SEPARATOR.join(("total", "data_scientist", "US", *cell)): n for cell, n in cells.items()
    }
    return Neighbourhood(told).similar({**ASKED, **changed})


SAME_CELL = ("senior", "seed", "5-10 years")


def test_those_who_agree_in_everything_count_whole() -> None:
    assert of({SAME_CELL: 70}) == 70


@pytest.mark.parametrize(
    "cell",
    [
        ("mid", "seed", "5-10 years"),
        ("lead", "seed", "5-10 years"),
        ("", "seed", "5-10 years"),
        ("senior", "public", "5-10 years"),
        ("senior", "", "5-10 years"),
        ("senior", "seed", "2-5 years"),
        ("senior", "seed", "10-15 years"),
        ("senior", "seed", ""),
    ],
)
def test_those_one_step_away_count_half_where_nobody_is_nearer(cell: tuple[str, str, str]) -> None:
    assert of({cell: 70}) == NEAR * 70


@pytest.mark.parametrize(
    "cell",
    [
        ("junior", "seed", "5-10 years"),
        ("staff", "seed", "5-10 years"),
        ("senior", "seed", "0-2 years"),
        ("senior", "seed", "15+ years"),
    ],
)
def test_those_further_away_do_not_count(cell: tuple[str, str, str]) -> None:
    assert of({cell: 70}) == 0
    assert of({cell: 70, SAME_CELL: 5}) == 5


def test_weights_are_summed_as_kish_does() -> None:
    # (100 + 300 / 2)^2 / (100 + 300 / 4) of whole weights.
    near = ("mid", "seed", "5-10 years")
    assert of({SAME_CELL: 100, near: 300}) == pytest.approx(250**2 / 175)


@pytest.mark.parametrize("field", ["pay_basis", "role", "country"])
def test_those_of_another_job_or_country_do_not_count(field: str) -> None:
    assert of({SAME_CELL: 70}, **{field: "other"}) == 0


@given(
    st.sampled_from([*ROLES, None]),
    st.sampled_from(["US", "FR", None]),
    st.sampled_from([*SENIORITIES, None]),
    st.sampled_from([*STAGES, None]),
    st.floats(0, 15) | st.none(),
)
def test_saying_more_never_finds_more(
    role: str | None, country: str | None, seniority: str | None, stage: str | None, years: float
) -> None:
    said: dict[str, Any] = {"pay_basis": "total", "role": role, "country": country}
    whole = AROUND.similar(said)
    known = RECORDS.filter(
        **{name: value for name, value in said.items() if value is not None}
    ).height
    assert whole == known
    more = {**said, "seniority": seniority, "company_stage": stage, "years_experience": years}
    assert 0 <= AROUND.similar(more) <= whole + 1e-9


def test_a_cell_of_an_older_release_is_read_with_the_rest_unknown() -> None:
    words = split("total|data_scientist|US|senior")
    assert words[:4] == ["total", "data_scientist", "US", "senior"]
    assert words[4:] == [None] * (len(ALIKE) - 4)


def test_a_word_of_no_vocabulary_agrees_with_the_unknown_only_in_part() -> None:
    assert of({("", "seed", "5-10 years"): 70}, seniority="emperor") == NEAR * 70
    assert of({SAME_CELL: 70}, seniority="emperor") == 0
