from datetime import date

import pytest

from data.record import EMPLOYMENT_TYPES, TRACKS
from features.encoder import CATEGORIES
from features.flags import Flags
from features.numbers import Numbers
from features.words import Words
from serving.web.language import Language
from serving.web.words import field_names, group, label, value


def test_ids_are_read_by_their_labels(en: Language, fr: Language) -> None:
    assert label("role", "data_scientist", en) == "Data scientist"
    assert label("role", "data_scientist", fr) == "Scientifique des données"
    assert label("country", "DE", fr) == "Allemagne"


@pytest.mark.parametrize("place", ["san_francisco_bay_area", "US-CA", "US", "remote"])
def test_a_place_may_be_a_metro_a_region_a_country_or_none(place: str, en: Language) -> None:
    assert label("metro", place, en) != place


def test_the_words_of_the_contract_have_labels(fr: Language) -> None:
    for field, words in (("track", TRACKS), ("employment_type", EMPLOYMENT_TYPES)):
        assert not {label(field, word, fr) for word in words} & set(words)


def test_a_name_stays_a_name(fr: Language) -> None:
    # A company may be called like a word that is translated elsewhere.
    assert label("company", "remote", fr) == "remote"
    assert value("company", "Remote", fr) == "Remote"


def test_every_field_of_the_encoder_has_a_name(en: Language) -> None:
    columns = (*Numbers(2026.0).columns, *Flags(()).columns, *Words.columns)
    fields = {column.field for column in columns} | {fields[-1] for fields in CATEGORIES}
    assert fields | {"calibration"} <= field_names(en).keys()


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("skills", ["pytorch", "llm_pretraining"], "PyTorch, LLM pretraining"),
        ("skills", [], ""),
        ("company", None, ""),
        ("years_experience", 6.0, "6"),
        ("years_experience", 6.5, "6.5"),
        ("remote_share", 0.5, "50%"),
        ("remote_share", 0.0, "0%"),
        ("observed_on", date(2026, 3, 5), "March 5, 2026"),
        ("region", "US-CA", "California"),
    ],
)
def test_values_are_told_in_words(field: str, given: object, words: str, en: Language) -> None:
    assert value(field, given, en) == words


def test_who_the_coverage_was_measured_on_is_told_in_words(en: Language) -> None:
    assert (
        group("inputs=total: employer unknown, person known, role=data_scientist", en)
        == "in the same kind of work (Data scientist)"
    )
    assert "as much was known" in group("inputs=total: employer unknown, person known", en)
    assert group("all", en) == "of all kinds"
    assert group("something=new", en) == "of all kinds"
