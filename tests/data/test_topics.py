"""What wins when words disagree, and what is left open."""

from datetime import date
from typing import Any

import pytest

from data.recognition import Recogniser
from data.stages import Stages

STAGES = Stages(
    [
        ("Quilldrum", "Series B", date(2024, 1, 1)),
        ("Brindlewick", "Post-IPO", date(2022, 1, 1)),
    ]
)


def read(**words: Any) -> dict[str, Any]:
    return Recogniser(STAGES).read(words)[0]


def test_a_role_said_outright_wins_over_the_title() -> None:
    assert read(title="Data scientist", role="data_engineer")["role"] == "data_engineer"
    assert read(title="Data scientist", role="wizard")["role"] == "data_scientist"


def test_a_seniority_said_outright_wins_over_level_and_title() -> None:
    words = {"title": "Senior software engineer", "company": "Google", "company_level": "L6"}
    assert read(**words, seniority="principal")["seniority"] == "principal"
    assert read(**words)["seniority"] == "staff"
    assert read(title=words["title"])["seniority"] == "senior"


def test_a_level_of_another_kind_of_work_than_the_titles_is_not_believed() -> None:
    found = read(title="Engineering manager", company_level="Senior")
    assert (found["seniority"], found["track"]) == ("manager", "manager")


def test_a_level_nobody_knows_leaves_the_title_to_speak() -> None:
    words = {"company": "Nobody & Sons", "company_level": "L6"}
    assert read(title="Senior software engineer", **words)["seniority"] == "senior"
    assert read(title="Software engineer", **words)["seniority"] is None


@pytest.mark.parametrize(
    ("band", "title", "seniority"),
    [
        ("senior", "Data engineer", "senior"),
        ("senior", "Staff data engineer", "staff"),
        ("senior", "Junior data engineer", "senior"),
        ("mid", "Staff data engineer", "mid"),
        ("director", "Vice president of data", "vice_president"),
        (None, "Staff data engineer", "staff"),
    ],
)
def test_a_title_refines_a_coarse_level_within_its_band(
    band: str | None, title: str, seniority: str
) -> None:
    assert read(title=title, seniority_band=band)["seniority"] == seniority


@pytest.mark.parametrize(
    ("words", "track"),
    [
        ({"title": "Software engineer", "track": "manager"}, "manager"),
        ({"title": "Software engineer", "seniority": "director"}, "manager"),
        ({"title": "Software engineer", "seniority": "lead"}, "individual"),
        ({"title": "Director of engineering"}, "manager"),
        ({"role": "data_engineer", "seniority": "staff"}, "individual"),
        ({"role": "data_engineer"}, None),
    ],
)
def test_the_track_is_the_seniorities_or_else_the_titles(
    words: dict[str, str], track: str | None
) -> None:
    assert read(**words)["track"] == track


def test_a_stage_said_outright_wins_over_what_is_known_of_the_company() -> None:
    words = {"company": "Quilldrum", "observed_on": date(2025, 1, 1)}
    assert read(**words, company_stage="Series A")["company_stage"] == "series_a"
    assert read(**words, company_stage="unheard of")["company_stage"] == "series_b"


def test_a_stage_carried_back_is_marked() -> None:
    found = read(company="Brindlewick", observed_on=date(2020, 1, 1))
    assert (found["company_stage"], found["stage_inferred"]) == ("public", True)


def test_a_place_nobody_knows_still_tells_rows_apart() -> None:
    found = read(location="Atlantis", country="FR")
    assert (found["country"], found["metro"], found["locality"]) == ("FR", None, "Atlantis")


def test_a_place_says_the_country_that_is_not_given() -> None:
    found = read(location="Mountain View, CA")
    assert (found["country"], found["region"]) == ("US", "US-CA")
    assert found["metro"] == "san_francisco_bay_area"


def test_remote_is_no_place_and_no_unknown_word() -> None:
    columns, words = Recogniser(STAGES).read({"location": "Remote", "country": "US"})
    assert (columns["country"], columns["locality"]) == ("US", None)
    assert [word.id for word in words] == ["US", "remote"]


def test_companies_are_spelt_one_way() -> None:
    assert read(company="facebook, inc.")["company"] == read(company="Meta")["company"]


def test_skills_are_each_told_once_and_in_order() -> None:
    assert read(skills=["SQL", "python", "Python", "Juggling"])["skills"] == ["python", "sql"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [("FULL_TIME", "full_time"), ("Contractor", "contract"), ("piecework", None), (None, None)],
)
def test_an_employment_type_is_known_in_many_spellings(said: str | None, kind: str | None) -> None:
    assert read(employment_type=said)["employment_type"] == kind
