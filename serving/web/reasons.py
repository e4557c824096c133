"""Why an answer cannot be trusted further, in the words of the page's language.

The service gives its reasons in English and in ids, for programs and logs alike. A candidate reads
labels, and French.
"""

import re
from datetime import date

from serving.web.language import Language
from serving.web.words import field_names, label


def reason(sentence: str, language: Language) -> str | None:
    """Return what ``sentence`` says, for a candidate; None when the page has no words for it."""
    for pattern, told in _sentences(language).items():
        found = re.fullmatch(pattern, sentence)
        if found:
            return told % {
                name: _written(name, text, language) for name, text in found.groupdict().items()
            }
    return None


def _sentences(language: Language) -> dict[str, str]:
    """Return pattern of the service's sentence -> the page's, which names the same groups."""
    _ = language.gettext
    return {
        r"only (?P<n>\d+) similar records .*": _(
            "Records of the same kind of work, country and seniority: only %(n)s."
        ),
        r"unusual combination: (?P<one>.+) with (?P<other>.+) was seen in (?P<n>\d+) .*": _(
            "An unusual combination: %(one)s with %(other)s (%(n)s records)."
        ),
        r"the median is above (?P<n>\d+) USD, .*": _(
            "The typical pay is above nearly all pay in the data (%(n)s USD)."
        ),
        r"pay of such people is typically (?P<n>\d+) % away from its median": _(
            "Such people’s pay differs much: typically by %(n)s percent from the middle."
        ),
        r"skill (?P<skills>\w+) was never seen in training": _(
            "Nobody in the data has this skill (%(skills)s)."
        ),
        r"role (?P<role>\w+) was never seen in training": _(
            "Nobody in the data does this kind of work (%(role)s)."
        ),
        r"country (?P<country>\w+) was never seen in training": _(
            "Nobody in the data works in this country (%(country)s)."
        ),
        r"(?P<one>\w+ .+) was never seen in training": _("Nobody in the data has this: %(one)s."),
        r"company_stage (?P<company_stage>\w+) was seen in (?P<n>\d+) records, .*": _(
            "Records from companies at this stage (%(company_stage)s): only %(n)s."
        ),
        r"years_experience \S+ lies outside the (?P<low>\S+) to (?P<high>\S+) years .*": _(
            "The experience lies outside the %(low)s to %(high)s years seen in the data."
        ),
        r"neither seniority nor years_experience is known": _(
            "Neither the seniority nor the years of experience are known."
        ),
        r"learned from a synthetic reference market, .*": _(
            "The model has learned from invented people, not from real pay."
        ),
        r"the data end on (?P<day>\d{4}-\d\d-\d\d); .* (?P<n>[\d.]+) % wider .*": _(
            "The data end on %(day)s; nothing later was seen, so ranges are %(n)s percent wider."
        ),
        r"recalibrated on (?P<n>\d+) outcomes observed from (?P<day>\S+) to (?P<until>\S+)": _(
            "Adjusted to %(n)s later records of pay, from %(day)s to %(until)s."
        ),
        r"the data end on (?P<day>\d{4}-\d\d-\d\d); .*": _(
            "The data end on %(day)s; nothing later was seen."
        ),
        r"the data begin on (?P<day>\d{4}-\d\d-\d\d); .*": _(
            "The data begin on %(day)s; nothing earlier was seen."
        ),
        r"\w+ ['\"](?P<given>.*)['\"] was not recognised and is left out": _(
            "“%(given)s” was not recognised and is left out."
        ),
        r"the title says (?P<role>\w+), the role given counts": _(
            "The title says another kind of work (%(role)s); the one given counts."
        ),
        r"the title was matched loosely .*": _("The title may mean another kind of work."),
        r"the place is in no known metro area": _("The place is in no metro area that we know."),
    }


def _written(name: str, text: str, language: Language) -> str:
    match name:
        case "day" | "until":
            return language.day(date.fromisoformat(text))
        case "n" | "low" | "high":
            return language.number(float(text))
        case "given":
            return text
        case "one" | "other":
            return _named(text, language)
        case _:
            return label(name, text, language)


def _named(text: str, language: Language) -> str:
    """Return a field and its word, such as "company_stage seed", for a candidate."""
    field, _, word = text.partition(" ")
    if field == "experience":
        field, word = "years_experience", word.removesuffix(" years")
    return f"{field_names(language).get(field, field)} ({label(field, word, language)})"
