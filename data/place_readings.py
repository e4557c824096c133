"""The ways to read the end of a location text: "…, Austria", "…, WA", "…, BY, Germany"."""

from collections.abc import Iterator
from dataclasses import dataclass

from data.gazetteer import NEEDS_A_TOWN, NORTH_AMERICA, country_of, gazetteer, place_key


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the end of a text, and the parts before it.

    A ``doubtful`` one is believed only when one of those parts is a listed town there.
    """

    country: str
    region: str | None
    rest: tuple[str, ...]
    doubtful: bool = False


def readings(parts: tuple[str, ...]) -> Iterator[Reading]:
    """Yield the ways to read the end of ``parts``, the most usual first."""
    names, before, key = gazetteer(), parts[:-1], place_key(parts[-1])
    codes = sorted(names.codes.get(key, ()), key=lambda code: country_of(code) != "US")
    home = [code for code in codes if country_of(code) in NORTH_AMERICA]
    for code in home:
        yield Reading(country_of(code), code, before)
    # Official names turn round at a comma: "Korea, South".
    turned = names.countries.get(place_key(" ".join(parts[-2:])))
    if turned:
        yield from _in_country(turned, before[:-1])
    if key in names.countries:
        yield from _in_country(names.countries[key], before)
    region = names.regions.get(key, "")
    if region and not (key in names.countries and region.endswith(f"-{names.countries[key]}")):
        yield Reading(country_of(region), region, before)
    for code in codes:
        if code not in home:
            yield Reading(country_of(code), code, before, doubtful=len(key) < 3)


def _in_country(country: str, before: tuple[str, ...]) -> Iterator[Reading]:
    names = gazetteer()
    key = place_key(before[-1]) if before else ""
    region = names.region_in(country, key)
    if region and not (len(before) == 1 and key in NEEDS_A_TOWN):
        yield Reading(country, region, before[:-1])
        if region in names.codes.get(key, ()):
            return
    elif len(before) > 1 and len(key) == 2 and names.countries.get(key, key.upper()) == key.upper():
        before = before[:-1]  # a region's code that is in no list
    yield Reading(country, None, before)


def says_elsewhere(reading: Reading) -> bool:
    """Return whether parts before the end name another country or region: two places in one text.

    The first part may: a town can be called Brazil or Ireland, as in "Brazil, IN".
    """
    names = gazetteer()
    for part in reading.rest[1:]:
        key = place_key(part)
        named = names.region_in(reading.country, key)
        if named and reading.region and named != reading.region and key not in NEEDS_A_TOWN:
            return True
        if not named and names.countries.get(key, reading.country) != reading.country:
            return True
    return False
