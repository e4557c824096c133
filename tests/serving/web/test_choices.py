from datetime import date

from data.matching import read_title
from data.vocabulary import vocabulary
from serving.web.choices import menus, suggestions
from serving.web.language import Language

TODAY = date(2026, 11, 23)


def test_every_entry_of_a_vocabulary_can_be_chosen(en: Language) -> None:
    offered = menus(en, TODAY)
    for field, name in (
        ("seniority", "seniorities"),
        ("company_stage", "company_stages"),
        ("education", "educations"),
        ("country", "countries"),
    ):
        assert {key for key, _ in offered[field]} == set(vocabulary(name))


def test_countries_are_in_the_order_of_the_language(fr: Language) -> None:
    names = [name for _, name in menus(fr, TODAY)["country"]]
    assert names.index("Égypte") < names.index("Finlande")
    assert names.index("Allemagne") < names.index("Zimbabwe")


def test_currencies_are_those_with_a_rate_today(fr: Language) -> None:
    offered = dict(menus(fr, TODAY)["currency"])
    assert offered["EUR"] == "EUR – euro"
    assert "USD" in offered
    assert "DEM" not in offered
    assert "CYP" not in offered


def test_a_suggested_title_is_understood(en: Language, fr: Language) -> None:
    for language in (en, fr):
        titles = suggestions(language)["title"]
        assert len(titles) == len(vocabulary("roles"))
        assert [title for title in titles if read_title(title).role is None] == []
