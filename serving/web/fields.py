"""What was typed into the form, read as a request or refused field by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from data.errors import MoneyError, PaylensError, UnknownWordError
from data.vocabulary import vocabulary
from serving.api.request import PredictionRequest
from serving.web.choices import DEFAULT_CURRENCY
from serving.web.language import Language

FIELDS = (
    "title",
    "role",
    "seniority",
    "years_experience",
    "skills",
    "education",
    "country",
    "metro",
    "remote_share",
    "company_stage",
    "company",
    "currency",
    "own_pay",
)
"""Names of the form's fields; ``role`` is the choice among the nearest to an unknown title."""

LEVELS = tuple(range(5, 100, 5))
"""The percentiles that the page shows."""

_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,'’]\d{3}){1,3}|\d{1,12}")
_AMOUNT = re.compile(rf"({_GROUPED.pattern})(?:[.,](\d{{1,2}}))?\s*(k?)", re.IGNORECASE)
_SKILL_ENDS = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the form was refused.

    Attributes:
        sentences: What is wrong, in words, by field; in English under "" when it is no field's.
        roles: The nearest to an unknown title, best first.
    """

    sentences: Mapping[str, str]
    roles: tuple[str, ...] = field(default=())


def texts_of(posted: Mapping[str, object], language: Language) -> dict[str, str]:
    """Return the text of each field of ``FIELDS``, without spaces around it; empty when not given.

    A role chosen in place of a title that was not recognised becomes the title, and the currency
    is the language's own when none is given.
    """
    texts = {name: str(posted.get(name, "")).strip() for name in FIELDS}
    texts["currency"] = texts["currency"] or DEFAULT_CURRENCY[language.code]
    chosen = vocabulary("roles").get(texts.pop("role"))
    return texts | {"title": chosen.label(language.code)} if chosen else texts


def request_of(texts: Mapping[str, str]) -> PredictionRequest:
    """Return the request that the form asks. The person's own pay is left out of it.

    Raises:
        ValidationError: A field breaks the contract.
    """
    given = {name: text for name, text in texts.items() if text and name != "own_pay"}
    skills = [skill.strip() for skill in _SKILL_ENDS.split(texts["skills"]) if skill.strip()]
    years = texts["years_experience"].replace(",", ".")
    return PredictionRequest.model_validate(
        given
        | {"skills": skills, "percentiles": list(LEVELS), "explain": True}
        | ({"years_experience": years} if years else {})
    )


def amount_of(text: str) -> float | None:
    """Return a yearly amount however its thousands are parted; None when it is none.

    A mark before three digits parts thousands, one before one or two digits begins the decimals,
    so one reading serves both languages. Babel would read "85.000" as 85 in either. More than
    twelve digits are no pay.

    >>> [amount_of(text) for text in ("85 000", "85,000", "85.000 €", "85k", "lots")]
    [85000.0, 85000.0, 85000.0, 85000.0, None]
    """
    found = _AMOUNT.fullmatch(text.strip(" \u00a0\u202f$€£"))
    if found is None:
        return None
    whole, decimals, thousands = found.groups()
    amount = float(re.sub(r"\D", "", whole) + "." + (decimals or "0"))
    return amount * 1000 if thousands else amount


def wrong_beyond_contract(texts: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return sentences for what the contract does not judge, by field.

    The form needs a title where the contract would take a role; one's own pay it never sees.
    """
    own_pay = texts["own_pay"]
    names = ["title"] if not texts["title"] else []
    names += ["own_pay"] if own_pay and amount_of(own_pay) is None else []
    return {name: needed(name, texts, language) for name in names}


def refusal_of(
    error: ValidationError | PaylensError,
    texts: Mapping[str, str],
    language: Language,
) -> Refusal:
    """Return what ``error`` says of the form, in ``language``."""
    match error:
        case UnknownWordError():
            _ = language.gettext
            sentence = _("“%(given)s” is no kind of work we know; write the title in other words.")
            if error.candidates:
                sentence = _(
                    "“%(given)s” is no kind of work we know; choose the nearest one below, or "
                    "write the title in other words."
                )
            return Refusal({"title": sentence % {"given": error.given}}, error.candidates)
        case MoneyError():
            return Refusal({"currency": needed("currency", texts, language)})
        case ValidationError():
            # What speaks of the whole request says that a title is needed.
            names = [str(each["loc"][0]) if each["loc"] else "title" for each in error.errors()]
            return Refusal({name: needed(name, texts, language) for name in names})
        case _:
            return Refusal({"": str(error)})


def needed(name: str, texts: Mapping[str, str], language: Language) -> str:
    """Return what was found in the field ``name`` and what it needs."""
    _ = language.gettext
    sentences = {
        "title": _("A job title is needed, of at most 200 characters."),
        "years_experience": _(
            "“%(given)s” is not a number of years from 0 to 70; write for example 6 or 6.5."
        ),
        "skills": _("At most 50 skills can be read, each of at most 100 characters."),
        "currency": _("“%(given)s” cannot be converted today; choose a currency of the list."),
        "own_pay": _("“%(given)s” is not a yearly amount; write it in digits, such as 85,000."),
    }
    other = _("“%(given)s” cannot be read; write at most 200 characters.")
    return sentences.get(name, other) % {"given": texts.get(name, "")[:60]}
