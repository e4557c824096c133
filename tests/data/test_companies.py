from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.companies import (
    Fact,
    canonical_company,
    company_key,
    known_companies,
    read_company,
)
from data.errors import VocabularyError
from data.vocabulary import vocabulary


@pytest.mark.parametrize(
    "written", ["Google", "google", " Google ", "GOOGLE LLC", "Google, Inc.", "Alphabet Inc"]
)
def test_spelling_variants_of_one_employer_share_a_key_and_a_name(written: str) -> None:
    assert company_key(written) == "google"
    assert canonical_company(written) == "Google"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Acme Robotics GmbH", "acme_robotics"),
        ("The Acme Company", "acme"),
        ("Acme & Co. Ltd", "acme"),
        ("Söhne & Töchter AG", "sohne_and_tochter"),
        ("J.P. Morgan", "jpmorgan_chase"),
        ("AT&T", "at_and_t"),
        ("E Inc.", "e_inc"),
        ("Inc", "inc"),
    ],
)
def test_accents_punctuation_and_legal_suffixes_do_not_count(written: str, key: str) -> None:
    assert company_key(written) == key


def test_an_employer_nobody_knows_is_called_by_its_words_in_lower_case() -> None:
    assert canonical_company("ACME  Robotics, LLC") == canonical_company("acme robotics")
    assert canonical_company("ACME Robotics") == "acme robotics"


def test_employers_that_only_sound_alike_stay_apart() -> None:
    assert len({company_key(name) for name in ("Epic Systems", "Epic Games", "Epic Robots")}) == 3


@given(st.text(max_size=40))
def test_any_text_has_a_key_that_is_the_key_of_its_canonical_name(name: str) -> None:
    assert company_key(canonical_company(name)) == company_key(name)


def test_every_employer_of_the_file_is_found_by_its_name_and_each_alias() -> None:
    for company in known_companies().values():
        for name in (company.name, *company.aliases):
            assert company_key(name) == company.key, name


def test_every_fact_of_the_file_names_a_stage_and_a_believable_day() -> None:
    stages = vocabulary("company_stages")
    for company in known_companies().values():
        for fact in company.facts:
            assert fact.stage is None or fact.stage in stages, company.name
            assert fact.day == date.min or date(1980, 1, 1) <= fact.day, company.name


def test_facts_are_read_in_the_order_of_their_days() -> None:
    company = read_company(
        "acme",
        {
            "name": "Acme",
            "public_since": [date(2010, 1, 4), date(2018, 1, 4)],
            "private_equity_on": date(2014, 1, 4),
            "rounds": {"series_a": date(2006, 1, 4)},
        },
    )
    assert [fact.stage for fact in company.facts] == [
        "series_a",
        "public",
        "private_equity",
        "public",
    ]
    assert company.facts[1] == Fact(date(2010, 1, 4), "public", exact=True)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "key must be that of a name"),
        ({"name": "Apex"}, "key must be apex"),
        ({"name": "Acme", "aliases": "ACME"}, "aliases must be names"),
        ({"name": "Acme", "frontier_lab": "yes"}, "frontier_lab must be true"),
        ({"name": "Acme", "acquired_on": 2016}, "acquired_on must be a day, found 2016"),
        ({"name": "Acme", "public_since": ["soon"]}, "public_since must be a day, found 'soon'"),
        ({"name": "Acme", "rounds": {"series_z": date(2016, 1, 4)}}, "'series_z' is not a company"),
        ({"name": "Acme", "rounds": [2016]}, "rounds must be days by stage"),
        ({"name": "Acme", "stage": "family"}, "'family' is not a company stage"),
        ({"name": "Acme", "bought_on": date(2016, 1, 4)}, "bought_on is not a field"),
    ],
)
def test_a_broken_entry_is_refused_by_name(table: dict[str, Any], said: str) -> None:
    with pytest.raises(VocabularyError, match=rf"companies\.toml \[acme\]: .*{said}"):
        read_company("acme", table)
