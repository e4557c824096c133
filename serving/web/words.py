"""What the answer says in ids, in the words of the page's language."""

from collections.abc import Mapping
from datetime import date

from data.topics import VOCABULARIES
from data.vocabulary import vocabulary
from serving.web.language import Language

LABELLED: Mapping[str, tuple[str, ...]] = {
    **{field: (name,) for field, name in VOCABULARIES.items()},
    "region": ("regions",),
    # A place that is in no metro is taken for the region or country it names.
    "metro": ("metros", "regions", "countries"),
}
"""Field -> the vocabularies that its ids may be of."""


def label(field: str, key: str, language: Language) -> str:
    """Return what the word ``key`` of ``field`` is called; a word of no vocabulary as it is."""
    for name in LABELLED.get(field, ()):
        entry = vocabulary(name).get(key)
        if entry is not None:
            return entry.label(language.code)
    return _terms(language).get((field, key), key)


def _terms(language: Language) -> dict[tuple[str, str], str]:
    """Return (field, word) -> label, for the words that are in no vocabulary."""
    _ = language.gettext
    return {
        ("track", "individual"): _("Individual contributor"),
        ("track", "manager"): _("Manager"),
        ("employment_type", "full_time"): _("Full time"),
        ("employment_type", "part_time"): _("Part time"),
        ("employment_type", "contract"): _("Contract"),
        ("employment_type", "freelance"): _("Freelance"),
        ("employment_type", "internship"): _("Internship"),
        ("pay_basis", "total"): _("Total pay"),
        ("metro", "remote"): _("Remote"),
    }


def field_names(language: Language) -> dict[str, str]:
    """Return what each field that a prediction can depend on is called."""
    _ = language.gettext
    return {
        "title": _("Words of the title"),
        "role": _("Kind of work"),
        "seniority": _("Seniority"),
        "track": _("Track"),
        "skills": _("Skills"),
        "specialisation": _("Field of work"),
        "company": _("Company"),
        "company_level": _("Level at the company"),
        "company_stage": _("Company stage"),
        "company_size": _("Company size"),
        "industry": _("Industry"),
        "country": _("Country"),
        "region": _("Region"),
        "metro": _("Metro area"),
        "locality": _("Place"),
        "remote_share": _("Remote work"),
        "years_experience": _("Years of experience"),
        "years_at_company": _("Years at the company"),
        "education": _("Education"),
        "employment_type": _("Kind of contract"),
        "observed_on": _("Date"),
        "pay_basis": _("Kind of pay"),
        "calibration": _("Adjustment to the median"),
    }


def value(field: str, given: object, language: Language) -> str:
    """Return the value of a field in words; empty when there is none."""
    match given:
        case None | [] | "":
            return ""
        case list():
            return ", ".join(label(field, str(key), language) for key in given)
        case date():
            return language.day(given)
        case int() | float() if field == "remote_share":
            return language.share(given)
        case int() | float():
            return language.number(given)
        case _:
            return label(field, str(given), language)


def group(name: str, language: Language) -> str:
    """Return who the held-out people of the group ``name`` are ("inputs=…" or "…, role=…")."""
    _ = language.gettext
    inputs, within, role = name.partition(", role=")
    if within:
        return _("in the same kind of work (%(role)s)") % {"role": label("role", role, language)}
    if inputs.startswith("inputs="):
        return _("about whom as much was known as about you")
    return _("of all kinds")
