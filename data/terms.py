"""The closed lists among a record's words, however they are written: employment types, tracks."""

from collections.abc import Mapping
from functools import cache

from data.matching import Match, normalise

EMPLOYMENT_TYPES: Mapping[str, tuple[str, ...]] = {
    "full_time": ("full time", "fulltime", "FT", "regular full time", "temps plein"),
    "part_time": ("part time", "parttime", "PT", "regular part time", "temps partiel"),
    "contract": ("contract", "contractor", "fixed term", "temporary", "temp", "CDD"),
    "freelance": ("freelance", "freelancer", "self employed", "indépendant", "indépendante"),
    "internship": (
        "internship",
        "intern",
        "apprenticeship",
        "apprentice",
        "working student",
        "stage",
        "stagiaire",
        "alternance",
        "apprentissage",
    ),
}

TRACKS: Mapping[str, tuple[str, ...]] = {
    "individual": ("individual", "individual contributor", "IC", "contributeur individuel"),
    "manager": ("manager", "people manager", "management", "people management", "encadrant"),
}

_LISTS = {"employment_type": EMPLOYMENT_TYPES, "track": TRACKS}


def term(field: str, given: str) -> Match | None:
    """Return what ``given`` means as an "employment_type" or a "track", None when nobody knows.

    >>> term("employment_type", "Full-time"), term("track", "astronaut")
    (Match(id='full_time', score=1.0), None)
    """
    known = _ids(field).get(normalise(given))
    return Match(known, 1.0) if known else None


@cache
def _ids(field: str) -> Mapping[str, str]:
    return {normalise(word): key for key, words in _LISTS[field].items() for word in words}
