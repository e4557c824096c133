"""Where a person works, read from free text: "Mountain View, CA", "Munich, BY, Germany", "Remote".

A text is read from its end: country, then region, then town. What it leaves open is not guessed:

- "CA" after a town is California, as any state's code is; it is the country of that code only when
  the town is a listed one there ("Toronto, CA", "Berlin, DE"). A province's code that is a
  country's too ("NL") needs a listed town, or the country given beside the text.
- Any other two letters after a town are a country ("Rennes, FR"), or the region in which the town
  is listed ("Bangalore, KA").
- A lone code is a country ("FR") or a state ("TX"); one that is both ("CA", "DE") is nothing,
  unless the country is given.
- "Georgia" alone is the country; after a town it is whichever has that town listed, else
  nothing.
- "Washington" alone is nothing: the state or the capital.
- A lone town is a metro's name first ("Cambridge" is in England, "Portland" in Oregon), then a
  listed town that is the only one so called. In North America it must be marked as well known.
- ``country`` settles what could lie in several countries ("Cambridge" with "US" is in
  Massachusetts); where the text itself names another country, the text holds.
- Two alternatives ("London / Paris") are nothing.
"""

import re
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from data.gazetteer import (
    NEEDS_A_TOWN,
    NORTH_AMERICA,
    Place,
    Town,
    country_of,
    gazetteer,
    place_key,
    written,
)
from data.place_readings import Reading, readings, says_elsewhere

__all__ = ["Place", "find_place", "nearest_places"]

MISSPELT_SCORE = 0.9
"""A misspelt metro's name must be at least this like the name (0 to 1): one letter in six lost."""

_SHORTEST_MISSPELT = 5
_HOW = re.compile(
    r"\b(?:(?:fully|100 ?%)\s+)?(?:(?P<remote>remote(?:ly)?|work from home|wfh|t[ée]l[ée]travail|"
    r"[àa] distance|anywhere|worldwide)|hybrid|hybride|on-?site|sur site)"
    r"(?:\s+(?:in|within|from)(?:\s+the)?)?\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[,;|/()\[\]\n]|\s[-–—:]\s")
_NUMBER = re.compile(r"\b\d{4,}(?:-\d+)?\b")
_EDGES = " \t\r.-–—:•·*'\"’"
_AROUND = re.compile(
    r"^(?:greater|grand|metro) | (?:metropolitan |metro )?(?:area|region|metro|metroplex)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)
def find_place(text: str, country: str | None = None) -> Place | None:
    """Return where ``text`` says someone works, or None when it names no place we know.

    Args:
        text: Free text; a work-from-anywhere text such as "Remote" is a ``Place`` of Nones.
        country: ISO 3166 alpha-2, to settle names that could lie in several countries.

    >>> find_place("Mountain View, CA").metro, find_place("München").locality
    ('san_francisco_bay_area', 'Munich, Germany')
    >>> find_place("Atlantis") is None
    True
    """
    parts = _parts(_HOW.sub(" ", text))
    if not parts:
        remote = any(how["remote"] for how in _HOW.finditer(text))
        return Place() if remote else None
    # Some names hold what parts others: "Washington, D.C.", "Frankfurt/Main", "Korea, South".
    whole = _named(" ".join(parts), country)
    return whole or (_read_parts if len(parts) > 1 else _read_name)(parts, country)


def nearest_places(text: str, n: int = 5) -> tuple[str, ...]:
    """Return ids of the ``n`` metros with names most like the first part of ``text``, best first.

    Fewer, or none, when few are at all alike.

    >>> nearest_places("Zurigo, Svizzera", 1)
    ('zurich',)
    """
    names, key = gazetteer().metros, place_key((*_parts(text), "")[0])
    near = process.extract(key, list(names), scorer=fuzz.ratio, score_cutoff=50, limit=None)
    metros = dict.fromkeys(names[name].metro for name, _, _ in near)
    return tuple(metro for metro in metros if metro)[:n]


def _parts(text: str) -> tuple[str, ...]:
    """Return the parts of ``text`` between commas and the like, without postal codes."""
    pieces = (_NUMBER.sub(" ", piece) for piece in _BETWEEN.split(text))
    parts = [" ".join(piece.split()).strip(_EDGES) for piece in pieces]
    parts = [part for part in parts if place_key(part)]
    # Tables that lack a town repeat the code: "Remote, US, US".
    return tuple(
        part
        for part, before in zip(parts, ["", *parts], strict=False)
        if len(part) > 2 or part != before
    )


def _read_name(parts: tuple[str, ...], country: str | None) -> Place | None:
    (name,) = parts
    if found := _unpunctuated(name, country):
        return found
    around = _metro(place_key(_AROUND.sub("", name)), country)
    return around or _misspelt(name, country)


def _metro(key: str, country: str | None) -> Place | None:
    metro = gazetteer().metros.get(key)
    return metro if metro and country in (None, metro.country) else None


def _named(name: str, country: str | None) -> Place | None:
    """Return what a lone ``name`` means, as written."""
    key = place_key(name)
    if metro := _metro(key, country):
        return metro
    if key in NEEDS_A_TOWN:
        return None
    return _land(key, country) or _lone_town(gazetteer().towns.get(key, ()), country)


def _land(key: str, country: str | None) -> Place | None:
    """Return the country or region that a lone name or code means."""
    names = gazetteer()
    if country and (region := names.region_in(country, key)):
        return Place(country, region)
    states = [code for code in names.codes.get(key, ()) if country_of(code) in NORTH_AMERICA]
    named = names.countries.get(key)
    if named:
        return Place(named) if named == country or not states else None
    region = names.regions.get(key) or ("" if country else next(iter(states), ""))
    return Place(country_of(region), region) if region else None


def _lone_town(called: tuple[Town, ...], country: str | None) -> Place | None:
    towns = [town for town in called if country in (None, town.place.country)]
    alone = [town for town in towns if town.alone]
    if len({town.place.metro for town in alone}) != 1:
        return None
    well_known = alone[0].place.country in NORTH_AMERICA
    return alone[0].place if well_known or len(alone) == len(towns) else None


def _read_parts(parts: tuple[str, ...], country: str | None) -> Place | None:
    ways = list(readings(parts))
    ways = [reading for reading in ways if reading.country == country] or ways
    if not ways:
        return _same_metro([_named(part, country) for part in parts])
    sound = [reading for reading in ways if not says_elsewhere(reading)]
    for reading in sound:
        if any(_listed(part, reading) for part in reading.rest):
            return _same_metro(
                [_listed(part, reading) or _named(part, None) for part in reading.rest]
            )
    sure = [reading for reading in sound if not reading.doubtful or reading.country == country]
    for reading in sure:
        if len(reading.rest) == 1:
            found = _misspelt(reading.rest[0], reading.country, reading.region)
            if found:
                return found
    return _unlisted(sure)


def _same_metro(places: list[Place | None]) -> Place | None:
    """Return the first of ``places`` that has a metro, if no two differ in it."""
    metros = [place for place in places if place and place.metro]
    return metros[0] if len({place.metro for place in metros}) == 1 else None


def _listed(name: str, reading: Reading) -> Place | None:
    """Return the listed town or the metro that ``name`` is within a reading's country, region."""
    names, key = gazetteer(), place_key(name)
    country, region = reading.country, reading.region
    towns = [
        town
        for town in names.towns.get(key, ())
        if town.place.country == country
        and (town.alone if not region else not town.regional or town.place.region == region)
    ]
    if len({town.place.metro for town in towns}) == 1:
        return towns[0].place
    if region and any(town.place.country == country for town in names.towns.get(key, ())):
        return None  # a namesake in another region: Frankfurt in Brandenburg
    metro = names.metros.get(key)
    return metro if metro and _reaches(metro, country, region) else None


def _reaches(metro: Place, country: str | None, region: str | None) -> bool:
    """Return whether a metro may be meant within ``country`` and ``region``."""
    if country not in (None, metro.country):
        return False
    if region is None or metro.country not in NORTH_AMERICA:
        return True
    return region in gazetteer().spans[metro.metro]


def _unpunctuated(name: str, country: str | None) -> Place | None:
    """Return the listed town of a text such as "Chicago IL" or "Paris France"."""
    words = name.split()
    for size in range(1, min(4, len(words))):
        parts = (" ".join(words[:-size]), " ".join(words[-size:]))
        for reading in readings(parts):
            found = _listed(parts[0], reading) if reading.rest == parts[:1] else None
            if found and country in (None, found.country):
                return found
    return None


def _misspelt(name: str, country: str | None, region: str | None = None) -> Place | None:
    """Return the one metro whose name is nearly ``name``, with the score."""
    names, key = gazetteer(), place_key(name)
    if len(key) < _SHORTEST_MISSPELT or key in names.towns:
        return None
    within = [of for of, place in names.metros.items() if _reaches(place, country, region)]
    near = process.extract(key, within, scorer=fuzz.ratio, score_cutoff=100 * MISSPELT_SCORE)
    best = [(names.metros[of], score) for of, score, _ in near if score == near[0][1]]
    if len({place.metro for place, _ in best}) != 1:
        return None
    place, score = best[0]
    return replace(place, score=score / 100)


def _unlisted(ways: list[Reading]) -> Place | None:
    """Return the country and region of a town that no metro lists."""
    if not ways:
        return None
    first = ways[0]
    one_country = len({reading.country for reading in ways}) == 1
    if first.country != "US" and not one_country:
        return None
    town = first.rest[0] if len(first.rest) == 1 else None
    if town and (town.islower() or town.isupper()):
        town = town.title()
    locality = written(town, first.country, first.region) if town else None
    return Place(first.country, first.region, None, locality)
