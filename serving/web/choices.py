"""What the form offers to choose from, in the page's language."""

from collections.abc import Iterable
from datetime import date

from data.errors import MoneyError
from data.matching import normalise
from data.money import currencies, usd_rate
from data.vocabulary import vocabulary
from serving.web.language import Language

Choice = tuple[str, str]
"""What is sent, and what is read."""

DEFAULT_CURRENCY = {"en": "USD", "fr": "EUR"}


def menus(language: Language, today: date) -> dict[str, list[Choice]]:
    """Return the choices of each menu by its field; the currencies are those with a rate today."""
    _ = language.gettext
    return {
        "seniority": _entries("seniorities", language),
        "company_stage": _entries("company_stages", language),
        "education": _entries("educations", language),
        "country": _sorted(_entries("countries", language)),
        "remote_share": [("0", _("On site")), ("0.5", _("Hybrid")), ("1", _("Fully remote"))],
        "currency": [
            (code, f"{code} – {language.currency(code)}")
            for code in currencies()
            if _has_rate(code, today)
        ],
    }


def suggestions(language: Language) -> dict[str, list[str]]:
    """Return the words offered while typing, by field."""
    return {
        field: [text for _, text in _sorted(_entries(name, language))]
        for field, name in (("title", "roles"), ("skills", "skills"), ("metro", "metros"))
    }


def _entries(name: str, language: Language) -> list[Choice]:
    return [(key, entry.label(language.code)) for key, entry in vocabulary(name).items()]


def _sorted(choices: Iterable[Choice]) -> list[Choice]:
    # Normalised, so that "Émirats" stands among the E.
    return sorted(choices, key=lambda choice: normalise(choice[1]))


def _has_rate(code: str, today: date) -> bool:
    try:
        usd_rate(code, today)
    except MoneyError:
        return False
    return True
