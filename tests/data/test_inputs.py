"""A table to be scored: every row back in order, pay never needed, problems in words."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from data.inputs import read_inputs, read_rows
from data.recognition import Recogniser
from data.record import INPUT_TYPES
from data.sources import source_named
from data.stages import Stages

RECOGNISER = Recogniser(Stages())
TABLE = source_named("table")


def inputs_of(
    *rows: dict[str, Any], source: str = "table"
) -> tuple[pl.DataFrame, list[str | None]]:
    raw = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    inputs, problems = read_inputs(source_named(source), raw, RECOGNISER)
    assert problems.name == "problem"
    return inputs, problems.to_list()


def test_every_row_comes_back_in_order_with_its_problem_or_none() -> None:
    inputs, problems = inputs_of(
        {"title": "Data scientist", "years_experience": 5},
        {"title": "Astronaut", "years_experience": 5},
        {"title": None, "years_experience": 5},
        {"title": "Designer", "years_experience": -3},
        {"title": "Designer", "years_experience": "five"},
        {"title": "Data engineer", "years_experience": None},
    )
    assert inputs.schema == pl.Schema(INPUT_TYPES)
    assert inputs["title"].to_list()[0::5] == ["Data scientist", "Data engineer"]
    assert problems == [
        None,
        "title 'Astronaut' is not a role we know",
        "no title and no role",
        "years_experience -3.0: between 0 and 70 years",
        "years_experience five: a number",
        None,
    ]


def test_the_problems_of_a_row_are_told_together() -> None:
    _, (problem,) = inputs_of({"role": "wizard", "fte_share": 4})
    assert problem == (
        "fte_share 4.0: between 0.01 and 1 (share of full time); "
        "role 'wizard' is not a role we know"
    )


def test_a_role_said_outright_needs_no_title() -> None:
    assert inputs_of({"title": "Astronaut", "role": "data_engineer"})[1] == [None]


@pytest.mark.parametrize("pay", [{}, {"base": "?"}, {"base": -1, "currency": "XYZ", "bonus": 9}])
def test_pay_is_neither_needed_nor_minded_nor_let_in(pay: dict[str, Any]) -> None:
    plain, _ = inputs_of({"title": "Designer", "country": "FR"})
    inputs, problems = inputs_of({"title": "Designer", "country": "FR", **pay})
    assert inputs.equals(plain)
    assert problems == [None]


def test_the_total_is_asked_for_unless_the_table_says_otherwise() -> None:
    inputs, _ = inputs_of({"title": "Designer"}, {"title": "Designer", "pay_basis": "posted_base"})
    assert inputs["pay_basis"].to_list() == ["total", "posted_base"]


def test_protected_columns_change_nothing() -> None:
    plain, _ = inputs_of({"title": "Designer"})
    assert inputs_of({"title": "Designer", "gender": "Woman", "age": "?"})[0].equals(plain)


def test_a_day_to_come_may_be_asked_for() -> None:
    inputs, problems = inputs_of({"title": "Designer", "observed_on": "2031-01-01"})
    assert inputs["observed_on"].to_list() == [date(2031, 1, 1)]
    assert problems == [None]


def test_both_ends_of_a_range_are_asked_for_by_themselves() -> None:
    advert = {
        "work_year": 2024,
        "experience_level": "SE",
        "employment_type": "FT",
        "job_title": "Data Engineer",
        "employee_residence": "US",
        "remote_ratio": 0,
        "company_size": "M",
    }
    inputs, problems = inputs_of(advert, advert, source="aijobs")
    assert inputs["seniority"].to_list() == ["senior", "senior"]
    assert inputs["pay_basis"].to_list() == ["posted_base", "posted_base"]
    assert problems == [None, None]


def test_a_table_without_rows_has_no_problems() -> None:
    raw = pl.DataFrame(schema={"title": pl.String})
    inputs, problems = read_inputs(TABLE, raw, RECOGNISER)
    assert (inputs.height, problems.len()) == (0, 0)


def test_rows_read_in_pieces_read_as_they_do_together() -> None:
    raw = pl.DataFrame(
        {
            "title": ["Designer", "Astronaut", "Senior data engineer", "Designer"],
            "company": ["Google", "Quilldrum", None, "Quilldrum"],
            "location": ["Paris", "Austin, TX", "Atlantis", None],
        }
    )
    whole, problems = read_inputs(TABLE, raw, RECOGNISER)
    pieces = [read_inputs(TABLE, raw[at : at + 1], RECOGNISER) for at in range(raw.height)]
    assert pl.concat([inputs for inputs, _ in pieces]).equals(whole)
    assert pl.concat([told for _, told in pieces]).equals(problems)


def test_what_is_wrong_and_what_nobody_knows_is_told_without_a_word_of_the_row() -> None:
    raw = pl.DataFrame(
        {
            "title": ["Data scientist", "Astronaut", None, "Data scientist"],
            "years_experience": ["6", "-4", "1", "five"],
            "skills": ["Python, weaving", "SQL", "", "Go"],
            "education": ["", "School of life", "", ""],
        }
    )
    rows = read_rows(TABLE, raw, RECOGNISER)
    assert rows.faults.to_list() == [
        None,
        ["years_experience: between 0 and 70 years", "title: not a role we know"],
        ["no title and no role"],
        ["years_experience: a number"],
    ]
    assert rows.unknown.to_list() == [["skills"], ["title", "education"], [], []]
