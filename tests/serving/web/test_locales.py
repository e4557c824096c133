"""The French catalogue beside the strings that the code and the templates really use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from serving import web

FOLDER = Path(web.__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with (FOLDER / "locales" / "fr.po").open("rb") as file:
        return read_po(file, locale="fr", abort_invalid=True)


@pytest.fixture(scope="module")
def used() -> set[object]:
    found = extract_from_dir(FOLDER, METHODS, options_map={"templates/**.html": {}})
    return {message for _, _, message, _, _ in found}


def translated(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def test_strings_are_found_in_code_and_templates(used: set[object]) -> None:
    assert {"Hybrid", "Show where I stand", "You"} <= used


def test_every_string_has_french_words(catalog: Catalog, used: set[object]) -> None:
    known = {m.id for m in translated(catalog) if all(forms(m.string)) and not m.fuzzy}
    assert used - known == set()


def test_no_french_words_are_left_that_nothing_says(catalog: Catalog, used: set[object]) -> None:
    assert {message.id for message in translated(catalog)} - used == set()
    assert not catalog.obsolete


def test_placeholders_are_the_same_in_both_languages(catalog: Catalog) -> None:
    for message in translated(catalog):
        names = {frozenset(re.findall(r"%\((\w+)\)s", text)) for text in forms(message.id)}
        french = {frozenset(re.findall(r"%\((\w+)\)s", text)) for text in forms(message.string)}
        assert names == french, message.id


def test_french_is_set_as_french_is(catalog: Catalog) -> None:
    for message in translated(catalog):
        for text in forms(message.string):
            assert "'" not in text, f"a straight apostrophe: {text}"
            assert not re.search(r"[^\u00a0\u202f][:;?!»]|« ", text), f"a space that breaks: {text}"
