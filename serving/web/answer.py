"""A prediction made ready to be read: everything the page shows of it, in words."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from serving.api.answer import Factor, Prediction, RecognisedSkill, RecognisedTitle, RecognisedWord
from serving.web import reasons, words
from serving.web.chart import Chart, Standing, draw, levels_of, stand
from serving.web.language import Language

TYPED = frozenset({"title", "skills", "metro"})
"""Fields in free words: what each was taken for is always told. Menus are told when unknown."""

MOST_FACTORS = 9
"""Factors shown one by one, the strongest; the others are multiplied into one line."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A word as given and what it was taken for; empty when nobody knows it."""

    field: str
    given: str
    taken_for: str


@dataclass(frozen=True, slots=True)
class Influence:
    """One line of the explanation.

    Attributes:
        name: What has the influence.
        value: Its value in words; empty for the rest together.
        factor: What the pay is multiplied by.
        x: Where its bar begins, in percent from the left; 50 means no influence.
        width: How long its bar is, in percent.
    """

    name: str
    value: str
    factor: float
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an answer cannot be trusted further; in English when the page has no words for it."""

    sentence: str
    translated: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page shows of a prediction.

    Attributes:
        prediction: The prediction itself.
        own: The person's own pay, compared here and nowhere else; None when not given.
        standing: Where it falls.
        chart: The drawing.
        percentiles: Level -> amount, the numbers of the drawing.
        measured_on: Who the coverage was measured on; empty when it was not measured.
        reasons: Why the answer cannot be trusted further.
        heard: What the words were taken for.
        baseline: The amount that the influences multiply.
        influences: The strongest first.
    """

    prediction: Prediction
    own: float | None
    standing: Standing | None
    chart: Chart
    percentiles: dict[int, int]
    measured_on: str
    reasons: tuple[Reason, ...]
    heard: tuple[Heard, ...]
    baseline: float
    influences: tuple[Influence, ...]


def read(prediction: Prediction, own: float | None, language: Language) -> Answer:
    """Return what the page shows of ``prediction`` beside the person's ``own`` pay."""
    pay, factors = prediction.percentiles, prediction.factors or []
    measured_on = prediction.range.measured_on
    baseline = next((each.factor for each in factors if each.field == "baseline"), 1.0)
    return Answer(
        prediction=prediction,
        own=own,
        standing=None if own is None else stand(pay, own),
        chart=draw(pay, prediction.median, prediction.range.lower, prediction.range.upper, own),
        percentiles=levels_of(pay),
        measured_on=words.group(measured_on.group, language) if measured_on else "",
        reasons=tuple(_reason(each, language) for each in prediction.reliability.reasons),
        heard=tuple(_heard(prediction, language)),
        baseline=baseline,
        influences=influences([each for each in factors if each.field != "baseline"], language),
    )


def influences(factors: list[Factor], language: Language) -> tuple[Influence, ...]:
    """Return the factors as lines of the explanation, still multiplying to the same product."""
    names = words.field_names(language)
    strongest = sorted(factors, key=lambda each: -abs(math.log(each.factor)))
    shown, rest = strongest[:MOST_FACTORS], strongest[MOST_FACTORS:]
    lines = [
        (
            names.get(each.field, each.field),
            words.value(each.field, each.value, language) or language.gettext("Not given"),
            each.factor,
        )
        for each in shown
    ]
    if rest:
        together = language.gettext("All the rest together")
        lines.append((together, "", math.prod(each.factor for each in rest)))
    longest = max((abs(math.log(factor)) for *_, factor in lines), default=0.0) or 1.0
    return tuple(
        Influence(name, value, factor, *_bar(math.log(factor) / longest))
        for name, value, factor in lines
    )


def _bar(length: float) -> tuple[float, float]:
    """Return begin and width, in percent, of a bar of ``length`` -1 to 1 around the middle."""
    width = round(50 * abs(length), 2)
    return (50.0, width) if length > 0 else (round(50 - width, 2), width)


def _reason(sentence: str, language: Language) -> Reason:
    told = reasons.reason(sentence, language)
    return Reason(told or sentence, translated=told is not None)


def _heard(prediction: Prediction, language: Language) -> Iterable[Heard]:
    names = words.field_names(language) | {
        "title": language.gettext("Title"),
        "metro": language.gettext("Place"),
        "skills": language.gettext("Skill"),
    }
    for field, heard in prediction.recognised.items():
        for word in heard if isinstance(heard, list) else [heard]:
            if field in TYPED or word.status == "unknown":
                yield Heard(names.get(field, field), word.given, _taken_for(field, word, language))


def _taken_for(field: str, word: RecognisedWord | RecognisedSkill, language: Language) -> str:
    match word:
        case RecognisedTitle():
            parts = (("role", word.role), ("seniority", word.seniority))
            return ", ".join(words.label(name, key, language) for name, key in parts if key)
        case RecognisedSkill():
            key = word.skill
        case RecognisedWord():
            key = word.id
    return words.label(field, key, language) if key else ""
