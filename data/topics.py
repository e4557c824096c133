"""What each of a record's words means: a few words read together give a few columns.

What is said outright wins over what is read between the words: a ``seniority`` over the employer's
level, that over the title; a ``company_stage`` over what is known of the company.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from data.companies import canonical_company
from data.ladders import seniority_of
from data.matching import Match, Title, matcher, read_title
from data.places import Place, find_place
from data.stages import Stages
from data.terms import term
from data.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Word:
    """One word as given and what it was taken for; ``id`` is None when nobody knows it."""

    field: str
    given: str
    id: str | None
    score: float


Reading = tuple[dict[str, Any], tuple[Word, ...]]
"""Columns by name, and how each word was taken."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Some words read together: their columns, those they give, and how."""

    given: tuple[str, ...]
    gives: tuple[str, ...]
    read: Callable[..., Reading]


VOCABULARIES: Mapping[str, str] = {
    "role": "roles",
    "seniority": "seniorities",
    "seniority_band": "seniorities",
    "skills": "skills",
    "country": "countries",
    "education": "educations",
    "industry": "industries",
    "company_stage": "company_stages",
}
"""Word -> the vocabulary it is matched against."""

TITLE_WORDS = ("title", "role", "seniority", "seniority_band", "track", "company", "company_level")

COARSE = ("junior", "mid", "senior", "director")
"""The lowest seniority of each of four coarse levels, such as EN, MI, SE and EX."""

NO_TITLE = Title(None, None, None, "")


def _look_up(field: str, given: str | None) -> tuple[str | None, tuple[Word, ...]]:
    if not given:
        return None, ()
    name = VOCABULARIES.get(field)
    found = matcher(name).match(given) if name else term(field, given)
    word = _word(field, given, found)
    return word.id, (word,)


def _word(field: str, given: str, found: Match | None) -> Word:
    return Word(field, given, found.id if found else None, found.score if found else 0.0)


def _title(
    title: str | None,
    role: str | None,
    seniority: str | None,
    seniority_band: str | None,
    track: str | None,
    company: str | None,
    company_level: str | None,
) -> Reading:
    """Read who this is: what is said outright wins over the employer's level, that over the title.

    The level speaks of the rank alone, and the title of what is left open.
    """
    role_id, words = _look_up("role", role)
    seniority_id, said = _look_up("seniority", seniority)
    band, said_of_band = _look_up("seniority_band", seniority_band)
    track_id, said_of_track = _look_up("track", track)
    words += said + said_of_band + said_of_track
    from_title = read_title(title) if title else NO_TITLE
    if title:
        words += (_word("title", title, from_title.role),)
    rank = seniority_id or _rank_of_level(company, company_level, track_id, from_title)
    seniority_id = rank or _in_band(band, from_title.seniority)
    return {
        "role": role_id or (from_title.role.id if from_title.role else None),
        "seniority": seniority_id,
        "track": track_id or _track(rank) or from_title.track or _track(seniority_id),
    }, words


def _rank_of_level(
    company: str | None, level: str | None, track: str | None, title: Title
) -> str | None:
    """Return the seniority of the employer's level, unless the title says another kind of work."""
    rung = seniority_of(company, level, track or title.track) if level else None
    if rung is None:
        return None
    contradicts = title.seniority and _track(rung.seniority) not in (None, title.track)
    return None if contradicts else rung.seniority


def _in_band(band: str | None, seniority: str | None) -> str | None:
    """Return the title's ``seniority`` where it lies in the ``band`` of a coarse level, else that.

    A band reaches from its own rank up to the next of the coarse levels.
    """
    if band is None or seniority is None:
        return seniority or band
    entries = vocabulary("seniorities")
    ranks = {key: int(entries[key].attributes["rank"]) for key in (*COARSE, band, seniority)}
    end = min((ranks[key] for key in COARSE if ranks[key] > ranks[band]), default=None)
    inside = ranks[band] <= ranks[seniority] and (end is None or ranks[seniority] < end)
    return seniority if inside else band


def _track(seniority: str | None) -> str | None:
    """Return the track that only this seniority has, None for either."""
    track = vocabulary("seniorities")[seniority].attributes["track"] if seniority else "either"
    return None if track == "either" else str(track)


def _skills(skills: list[str] | None) -> Reading:
    words = tuple(word for given in skills or () for word in _look_up("skills", given)[1])
    return {"skills": sorted({word.id for word in words if word.id})}, words


def _place(location: str | None, country: str | None) -> Reading:
    country_id, words = _look_up("country", country)
    place = find_place(location, country_id) if location else None
    if location:
        words += (_heard_of_place(location, place),)
    # A place nobody knows still tells rows of the same place apart.
    where = place or Place(locality=location or None)
    return {
        "country": where.country or country_id,
        "region": where.region,
        "metro": where.metro,
        "locality": where.locality,
    }, words


def _heard_of_place(location: str, place: Place | None) -> Word:
    if place is None:
        return Word("location", location, None, 0.0)
    known = place.metro or place.region or place.country or "remote"
    return Word("location", location, known, place.score)


def _alone(field: str, given: str | None) -> Reading:
    found, words = _look_up(field, given)
    return {field: found}, words


def _company(company: str | None) -> Reading:
    return {"company": canonical_company(company) if company else None}, ()


def topics(stages: Stages) -> tuple[Topic, ...]:
    """Return all topics in the order they must be read: the company's one name comes first."""

    def stage(given: str | None, company: str | None, day: date | None) -> Reading:
        said, words = _look_up("company_stage", given)
        found = stages.at(company, day) if company and day and not said else None
        return {
            "company_stage": found.stage if found else said,
            "stage_inferred": bool(found and found.inferred),
        }, words

    return (
        Topic(("company",), ("company",), _company),
        Topic(TITLE_WORDS, ("role", "seniority", "track"), _title),
        Topic(("skills",), ("skills",), _skills),
        Topic(("location", "country"), ("country", "region", "metro", "locality"), _place),
        Topic(
            ("company_stage", "company", "observed_on"), ("company_stage", "stage_inferred"), stage
        ),
        *(
            Topic((field,), (field,), partial(_alone, field))
            for field in ("education", "industry", "employment_type")
        ),
    )
