"""Seniority words in job titles: where they are, and what they say together."""

import re
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from functools import cache

from data.matching.phrases import Found, Phrases, Words, canonical
from data.vocabulary import vocabulary

NOTHING = ""
"""What a phrase such as "lead generation" says about seniority, though it holds such a word."""

_FILLER = re.compile(r"\d+|of|in|to|level|spring|summer|fall|autumn|winter|phd|mba|masters?|m|f")


class Beside(Enum):
    """What rank stands in a title beside the words that name the role."""

    NOTHING = "nothing but an individual's rank"
    OTHER = "a lead's or an intern's rank"
    MANAGER = "a manager's rank"


@cache
def rank_phrases() -> Phrases[str]:
    """Return the seniority words, each with its entry's id or ``NOTHING``."""
    pairs: list[tuple[Words, str]] = []
    for key, entry in vocabulary("seniorities").items():
        pairs += [(canonical(name), key) for name in (entry.en, entry.fr, *entry.aliases)]
        pairs += [(canonical(name), NOTHING) for name in entry.attributes.get("not_in", ())]
    return Phrases(pairs)


@cache
def numerals() -> Mapping[str, str]:
    """Return level number -> seniority id, such as "ii" -> "mid"."""
    entries = vocabulary("seniorities").items()
    return {
        number: key for key, entry in entries for number in entry.attributes.get("numerals", ())
    }


def ranks_in(words: Words) -> tuple[Found[str], ...]:
    """Return the seniority words among ``words``, and "chief … officer" around other words."""
    found = [hit for hit in rank_phrases().scan(words) if hit.value != NOTHING]
    for start, word in enumerate(words):
        if word == "chief" and "officer" in words[start + 1 : start + 6]:
            found = [hit for hit in found if start not in hit.places]
            found.append(Found("c_level", (start, words.index("officer", start))))
    return tuple(found)


def beside(parts: Iterable[Words]) -> Beside:
    """Return what kind of rank the ``parts`` of a title have."""
    entries = vocabulary("seniorities")
    ids = {rank.value for words in parts for rank in ranks_in(words)}
    tracks = {entries[key].attributes["track"] for key in ids}
    if "manager" in tracks:
        return Beside.MANAGER
    return Beside.OTHER if "either" in tracks or "intern" in ids else Beside.NOTHING


def says_only_rank(words: Words) -> bool:
    """Return whether ``words`` are seniority words, with at most a season ("intern summer")."""
    places = {place for hit in ranks_in(words) for place in hit.places}
    rest = [word for i, word in enumerate(words) if i not in places and word not in numerals()]
    return bool(places) and all(_FILLER.fullmatch(word) for word in rest)


def level_after(words: Words, place: int) -> Found[str] | None:
    """Return the level number that follows ``place`` directly or ends ``words``."""
    for number in (place + 1, len(words) - 1):
        if place < number < len(words) and words[number] in numerals():
            return Found(numerals()[words[number]], (number,))
    return None


def together(ids: Collection[str]) -> str | None:
    """Return what several seniority ids in one title say together.

    An intern is an intern whatever else is said. A manager's rank outdoes others, and a manager
    who is also senior, staff or more is a senior manager. Else the highest rank counts.
    """
    ranks = vocabulary("seniorities")
    if not ids:
        return None
    if "intern" in ids:
        return "intern"

    def height(key: str) -> int:
        return int(ranks[key].attributes["rank"])

    leading = [key for key in ids if ranks[key].attributes["track"] == "manager"]
    if not leading:
        return max(ids, key=height)
    top = max(leading, key=height)
    alone = [key for key in ids if ranks[key].attributes["track"] == "individual"]
    if top == "manager" and any(height(key) >= height("senior") for key in alone):
        return "senior_manager"
    return top
