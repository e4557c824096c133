import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.web.language import LANGUAGES, Language, choose_language


def plain(text: str) -> str:
    """Return ``text`` with ordinary spaces: which unbroken space is used is Babel's affair."""
    return re.sub(r"\s", " ", text)


def test_english_numbers(en: Language) -> None:
    assert en.money(412_000.4, "USD") == "$412,000"
    assert en.money(412_000, "CHF").startswith("CHF")
    assert en.short_money(250_000, "USD") == "$250K"
    assert en.number(1480) == "1,480"
    assert en.share(0.803) == "80.3%"
    assert en.share(0.8) == "80%"
    assert en.rate(1.0812) == "1.0812"
    assert en.rate(0.0064123) == "0.006412"
    assert en.day(date(2026, 3, 5)) == "March 5, 2026"


def test_french_numbers(fr: Language) -> None:
    assert plain(fr.money(412_000, "EUR")) == "412 000 €"
    assert plain(fr.money(412_000, "USD")) == "412 000 $US"
    assert plain(fr.short_money(250_000, "EUR")) == "250 k €"
    assert plain(fr.number(1480)) == "1 480"
    assert plain(fr.share(0.803)) == "80,3 %"
    assert fr.rate(1.0812) == "1,0812"
    assert fr.day(date(2026, 3, 5)) == "5 mars 2026"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("currency", ["JPY", "USD", "EUR", "KRW"])
def test_pay_never_has_decimals(code: str, currency: str) -> None:
    assert re.sub(r"\D", "", Language(code).money(1234.5, currency)) == "1234"


def test_a_factor_is_told_as_a_signed_percentage(en: Language, fr: Language) -> None:
    assert [en.change(factor) for factor in (1.18, 0.93, 1.004, 0.996)] == [
        "+18%",
        "−7%",
        "0%",
        "0%",
    ]
    assert plain(fr.change(1.18)) == "+18 %"


def test_ordinals(en: Language, fr: Language) -> None:
    assert [en.ordinal(n) for n in (1, 2, 3, 11, 12, 62, 93)] == [
        "1st",
        "2nd",
        "3rd",
        "11th",
        "12th",
        "62nd",
        "93rd",
    ]
    assert [fr.ordinal(n) for n in (1, 2, 62)] == ["1er", "2e", "62e"]


@pytest.mark.parametrize(
    ("asked", "accepted", "code"),
    [
        ("fr", "en", "fr"),
        ("en", "fr", "en"),
        ("", "fr", "fr"),
        ("", "fr-CA,en;q=0.8", "fr"),
        ("", "de, en;q=0.5, fr;q=0.9", "fr"),
        ("", "fr;q=0, en", "en"),
        ("", "de", "en"),
        ("", "", "en"),
        ("", "*", "en"),
        ("de", "fr", "fr"),
        ("../fr", "", "en"),
    ],
)
def test_the_language_asked_for_wins_then_the_browsers_then_english(
    asked: str, accepted: str, code: str
) -> None:
    assert choose_language(asked, accepted) == code


@given(st.text(), st.text(alphabet="fren-;q=01.,* "))
def test_any_header_gives_a_language(asked: str, accepted: str) -> None:
    assert choose_language(asked, accepted) in LANGUAGES
