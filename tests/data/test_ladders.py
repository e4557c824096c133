from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.companies import known_companies
from data.errors import VocabularyError
from data.ladders import Rung, label_key, ladders, read_ladder, seniority_of
from data.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("company", "level", "seniority"),
    [
        ("Amazon", "L4", "junior"),
        ("Amazon.com", "SDE II", "mid"),
        ("AWS", "6", "senior"),
        ("Google", "L3", "junior"),
        ("google", "T5", "senior"),
        ("Facebook", "E5", "senior"),
        ("Meta", "IC6", "staff"),
        ("Microsoft", "59", "junior"),
        ("Microsoft", "63", "senior"),
        ("Apple", "ICT4", "senior"),
        ("Oracle", "IC-2", "mid"),
        ("Salesforce", "LMTS", "lead"),
        ("IBM", "Band 8", "senior"),
        ("Intel", "Grade 7", "senior"),
        ("Cisco", "Grade 08", "mid"),
        ("Uber", "5a", "senior"),
        ("ByteDance", "2-2", "senior"),
        ("Expedia", "L", "mid"),
    ],
)
def test_an_employers_own_label_is_read_on_its_ladder(
    company: str, level: str, seniority: str
) -> None:
    rung = seniority_of(company, level)
    assert rung is not None
    assert rung.seniority == seniority


def test_one_number_means_another_thing_to_a_manager() -> None:
    assert seniority_of("Google", "L7", "manager") == Rung("senior_manager", "manager")
    assert seniority_of("Google", "L7", "individual") == Rung("principal", "individual")
    assert seniority_of("Google", "L7") == Rung("principal", None)


def test_a_label_of_managers_alone_says_so() -> None:
    assert seniority_of("Meta", "M2") == Rung("senior_manager", "manager")


@pytest.mark.parametrize(
    ("level", "rung"),
    [
        ("L6 SDM", Rung("manager", "manager")),
        ("Manager (L6)", Rung("manager", "manager")),
        ("L5 Product Manager", Rung("mid", "individual")),
    ],
)
def test_a_code_counts_among_other_words_which_may_tell_the_track(level: str, rung: Rung) -> None:
    assert seniority_of("Amazon", level) == rung


@pytest.mark.parametrize(
    ("level", "seniority"),
    [
        ("Senior Software Engineer", "senior"),
        ("SWE II", "mid"),
        ("Principal PM", "principal"),
        ("Senior Manager", "senior_manager"),
        ("Staff", "staff"),
    ],
)
def test_words_are_read_where_there_is_no_ladder(level: str, seniority: str) -> None:
    for company in ("Acme Robotics of Nowhere", None):
        rung = seniority_of(company, level)
        assert rung is not None
        assert rung.seniority == seniority


@pytest.mark.parametrize("level", ["L5", "5", "IC3", "Level 3", "Grade 7", "P4", "II", "n/a", ""])
def test_a_code_means_nothing_without_a_ladder(level: str) -> None:
    assert seniority_of("Acme Robotics of Nowhere", level) is None


def test_the_ladder_outdoes_the_words_where_the_employer_means_another_thing() -> None:
    assert seniority_of("Goldman Sachs", "Vice President") == Rung("lead", None)
    assert seniority_of("IBM", "Staff Engineer") == Rung("mid", "individual")
    assert seniority_of("USAA", "Software Engineer III") == Rung("junior", "individual")


@pytest.mark.parametrize(
    ("variants", "key"),
    [
        (("L5", "l 5", "L-5", "Level 5", "L05", "lvl 5"), "l 5"),
        (("SDE II", "sde2", "SDE-2", "sde ii"), "sde 2"),
        (("P4.5", "p 4.5"), "p 4.5"),
        (("I5",), "i 5"),
        (("7V", "7 v"), "7 v"),
    ],
)
def test_spelling_variants_of_a_label_share_a_key(variants: tuple[str, ...], key: str) -> None:
    assert {label_key(variant) for variant in variants} == {key}


@given(st.text(max_size=30))
def test_any_label_can_be_looked_up(level: str) -> None:
    rung = seniority_of("Google", level)
    assert rung is None or rung.seniority in vocabulary("seniorities")


def test_every_ladder_belongs_to_a_known_employer() -> None:
    assert ladders().keys() <= known_companies().keys()


def test_no_ladder_gives_a_manager_a_rank_below_managers() -> None:
    ranks = {key: entry.attributes["rank"] for key, entry in vocabulary("seniorities").items()}
    for key, ladder in ladders().items():
        for label, seniority in ladder.manager.items():
            assert ranks[seniority] >= ranks["manager"], (key, label)


def test_numbers_rise_with_seniority_on_every_ladder_that_does_not_count_down() -> None:
    ranks = {key: entry.attributes["rank"] for key, entry in vocabulary("seniorities").items()}
    count_down = {"accenture", "american_express", "bank_of_america", "mastercard", "usaa"}
    for key, ladder in ladders().items():
        if key in count_down:
            continue
        for labels in (ladder.individual, ladder.manager):
            by_prefix: dict[str, list[tuple[float, int]]] = {}
            for label, seniority in labels.items():
                prefix, _, number = label.rpartition(" ")
                if number.replace(".", "").isdigit():
                    by_prefix.setdefault(prefix, []).append((float(number), ranks[seniority]))
            for prefix, rungs in by_prefix.items():
                heights = [height for _, height in sorted(rungs)]
                assert heights == sorted(heights), (key, prefix)


def test_a_ladder_takes_over_the_rungs_of_another_and_its_own_win() -> None:
    tables: dict[str, dict[str, Any]] = {
        "_bank": {"individual": {"junior": ["Analyst"], "lead": ["VP"]}},
        "acme": {"like": "_bank", "individual": {"senior": ["VP"]}},
    }
    assert read_ladder("acme", tables).individual == {"analyst": "junior", "vp": "senior"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"individual": {"wizard": [3]}}, "'wizard' is not a seniority"),
        ({"individual": {"junior": [3], "mid": [3]}}, "3 is both junior and mid"),
        ({"levels": {}}, "levels is not a field of a ladder"),
        ({"like": "_guild"}, r"there is no \[_guild\]"),
    ],
)
def test_a_broken_ladder_is_refused_by_name(table: dict[str, Any], said: str) -> None:
    with pytest.raises(VocabularyError, match=rf"ladders\.toml \[acme\]: .*{said}"):
        read_ladder("acme", {"acme": table})
