"""Every name by which the vocabularies know a country, a region, a metro or a town.

A name is looked up by its ``place_key``, which case, accents, spaces and punctuation do not change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from data.matching import normalise
from data.vocabulary import Entry, vocabulary

NORTH_AMERICA = frozenset({"US", "CA"})
"""Countries whose town names repeat from state to state, so that a town is written with its own."""

NEEDS_A_TOWN = frozenset({"washington"})
"""Keys of regions that alone may as well mean a town elsewhere: here the capital."""

_SPELLED = {"st": "saint", "ft": "fort", "mt": "mount"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text says someone works; what it does not say, or nobody can tell, is None.

    Attributes:
        country: ISO 3166 alpha-2.
        region: ISO 3166-2, such as "US-CA".
        metro: Id in the vocabulary of metros.
        locality: "Mountain View, CA" in North America, elsewhere "Zug, Switzerland".
        score: 1.0 when every name was known as written, less (0 to 1) when a metro was misspelt.
    """

    country: str | None = None
    region: str | None = None
    metro: str | None = None
    locality: str | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Town:
    """A listed locality of a metro.

    Attributes:
        place: The place it is.
        regional: Only the town of this name in this region is meant.
        alone: Its name means it even where no region is said.
    """

    place: Place
    regional: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """What each key may name, and ``spans``: the regions in which a metro has towns.

    ``codes`` are short codes of regions, good within their country.
    """

    countries: Mapping[str, str]
    regions: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]
    metros: Mapping[str, Place]
    towns: Mapping[str, tuple[Town, ...]]
    spans: Mapping[str | None, frozenset[str | None]]

    def region_in(self, country: str, key: str) -> str | None:
        """Return the region of ``country`` that ``key`` names, by a code first, or None."""
        named = (*self.codes.get(key, ()), self.regions.get(key, ""))
        return next((region for region in named if country_of(region) == country), None)


def place_key(name: str) -> str:
    """Return what ``name`` is looked up by.

    >>> place_key("St. Louis"), place_key("Mc Lean"), place_key("D.C.")
    ('saintlouis', 'mclean', 'dc')
    """
    words = normalise(name).replace(".", " ").split()
    return "".join(_SPELLED.get(word, word) for word in words)


def country_of(region: str) -> str:
    """Return the country of a region's id: "US" of "US-CA"."""
    return region.partition("-")[0]


def written(town: str, country: str, region: str | None) -> str:
    """Return ``town`` as localities are written: "Austin, TX", but "Lyon, France"."""
    if region and country in NORTH_AMERICA:
        return f"{town}, {region.partition('-')[2]}"
    return f"{town}, {vocabulary('countries')[country].en}"


def _labels(name: str) -> Iterator[tuple[str, str]]:
    for entry in vocabulary(name).values():
        for label in (entry.en, entry.fr, *entry.aliases):
            yield place_key(label), entry.id


def _codes() -> dict[str, tuple[str, ...]]:
    codes: dict[str, tuple[str, ...]] = {}
    for entry in vocabulary("regions").values():
        for code in (entry.id.partition("-")[2], *entry.attributes.get("codes", ())):
            key = place_key(code)
            codes[key] = (*codes.get(key, ()), entry.id)
    return codes


def _towns(metro: Entry) -> Iterator[tuple[str, Town]]:
    country, main = metro.attributes["country"], metro.attributes.get("region")
    known = metro.attributes.get("well_known", ())
    for locality in metro.attributes["localities"]:
        name, _, code = locality.partition(", ")
        region = f"{country}-{code}" if code else main
        place = Place(country, region, metro.id, written(name, country, region))
        yield (
            place_key(name),
            Town(place, bool(code), country not in NORTH_AMERICA or name in known),
        )


def _metro_names(metro: Entry, towns: list[tuple[str, Town]]) -> Iterator[tuple[str, Place]]:
    """Yield each name of a metro with the place it means.

    A name that is also a town's means that town; a metro named after its first town makes its
    other names spellings of that town: "NYC" is New York, "Bay Area" no town at all.
    """
    listed = {key: town.place for key, town in reversed(towns)}
    first_key, first = towns[0]
    anywhere = Place(first.place.country, metro.attributes.get("region"), metro.id)
    named_after = place_key(metro.en.partition(",")[0]) == first_key
    for label in (metro.en, metro.fr, *metro.aliases):
        key = place_key(label)
        yield key, listed.get(key, first.place if named_after else anywhere)


@cache
def gazetteer() -> Gazetteer:
    """Return the names of all four vocabularies, read once a process."""
    metros: dict[str, Place] = {}
    towns: dict[str, tuple[Town, ...]] = {}
    spans: dict[str | None, frozenset[str | None]] = {}
    for metro in vocabulary("metros").values():
        listed = list(_towns(metro))
        metros.update(_metro_names(metro, listed))
        for key, town in listed:
            towns[key] = (*towns.get(key, ()), town)
        spans[metro.id] = frozenset(town.place.region for _, town in listed)
    codes_of_countries = {key.lower(): key for key in vocabulary("countries")}
    return Gazetteer(
        countries=codes_of_countries | dict(_labels("countries")),
        regions=dict(_labels("regions")),
        codes=_codes(),
        metros=metros,
        towns=towns,
        spans=spans,
    )
