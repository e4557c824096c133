"""The kind of work that a job title names: the role, by its most telling words.

In this order: a role's name in the title's head, together with the next part where that says more
("Software engineer, back-end") or turned round ("Engineer, data"); a name in the parts after it; a
name with other words between its own; the same with misspelt words repaired; a broad head noun
("developer"); the name of a field; a word such as "Manager" that is all the title says. Beside a
manager's, a lead's or an intern's rank the name of a field counts like a role's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.matching.index import role_index
from data.matching.phrases import Found, Phrases, Words
from data.matching.ranks import NOTHING, Beside, numerals, ranks_in, says_only_rank
from data.vocabulary import vocabulary

NAMED, JOINED, FIELD, SPREAD, MENTIONED, BROAD = 0.95, 0.9, 0.9, 0.8, 0.7, 0.6
"""Scores: how much of the role's name is there, and how telling it is. The whole title scores 1."""

REPAIRED_PARTS = 2
"""Parts of a title whose misspellings are looked for: each word costs a look at them all."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A role found in a title.

    Attributes:
        id: The role.
        score: How surely, from 0 to 1.
        part: The number of the title's part that names it.
        places: Where in that part its words are.
        by_name: Whether its own name stands there, not only its field's or a broad noun.
    """

    id: str
    score: float
    part: int
    places: tuple[int, ...]
    by_name: bool


def find_kind(parts: Sequence[Words], beside: Beside) -> tuple[Kind, Sequence[Words]] | None:
    """Return the role that the ``parts`` of a title name, and the parts as they were read.

    Args:
        parts: The title's parts, head first, in canonical words.
        beside: The kind of rank the title has.
    """
    kind = _named(parts, beside)
    if kind is not None:
        return kind, parts
    repaired, likeness = _repaired(parts)
    if likeness < 1:
        kind = _named(repaired, beside)
        # One repaired word among others is as likely a word of its own: "source", "sourcer".
        if kind is not None and (len(kind.places) > 1 or kind.score == 1):
            return replace(kind, score=kind.score * likeness), repaired
    kind = _last_resort(parts)
    if kind is not None:
        return kind, parts
    kind = _last_resort(repaired) if likeness < 1 else None
    return None if kind is None else (replace(kind, score=kind.score * likeness), repaired)


def _named(parts: Sequence[Words], beside: Beside) -> Kind | None:
    apart = any(says_only_rank(words) for words in parts)
    for number, words in enumerate(parts):
        kind = _in_part(words, number, beside if apart or ranks_in(words) else Beside.NOTHING)
        if number == 0:
            kind = _joined(parts, kind)
        if kind is not None:
            return kind
    for number, words in enumerate(parts):
        kind = _spread(words, number) or _field_alone(words, number)
        if kind is not None:
            return kind
    for number, words in enumerate(parts):
        field = _fields(beside).longest(words)
        if field is not None:
            return _kind(field, words, number, MENTIONED, by_name=False)
    return None


def _in_part(words: Words, number: int, beside: Beside) -> Kind | None:
    """Return the role that one part names, or whose field it names beside a rank."""
    name = role_index().names.longest(words)
    field = _fields(beside).longest(words)
    if name and (field is None or _weight(name) >= _weight(field)):
        # "AI platform software engineer": "AI software engineer" holds "software engineer".
        fuller = role_index().names.spread(words)
        if fuller and set(name.places) < set(fuller.places):
            return _kind(fuller, words, number, JOINED)
        return _kind(name, words, number, NAMED)
    if field is None:
        return None
    return _spread(words, number) or _kind(field, words, number, FIELD, by_name=False)


def _fields(beside: Beside) -> Phrases[str]:
    """Return the names of fields that count beside a rank."""
    if beside is Beside.MANAGER:
        return role_index().fields
    return role_index().trades if beside is Beside.OTHER else Phrases(())


def _weight(hit: Found[str]) -> tuple[int, int]:
    return len(hit.places), hit.places[-1]


def _joined(parts: Sequence[Words], alone: Kind | None) -> Kind | None:
    """Return the role that the head names with a later part, where it says more than ``alone``.

    "Software engineer, back-end" reads on, "Engineer, data" is turned round. The name takes up at
    least half of the part that follows the head, or the whole of a further part.
    """
    named = set(alone.places) if alone else set()
    own = sorted(named.union(_own_places(parts[0])))
    head = tuple(parts[0][place] for place in own)
    for number, words in enumerate(parts[1:]):
        size = len(_own_places(words))
        for joined, first in ((head + words, 0), (words + head, len(words))):
            hit = role_index().names.longest(joined)
            if hit is None or (alone and hit.value == alone.id):
                continue
            in_head = {own[p - first] for p in hit.places if 0 <= p - first < len(own)}
            beyond = len(hit.places) - len(in_head)
            if in_head and in_head >= named and beyond and beyond >= (size if number else size / 2):
                return Kind(hit.value, JOINED, 0, tuple(sorted(in_head)), by_name=True)
    return alone


def _own_places(words: Words) -> tuple[int, ...]:
    """Return the places of the words that are neither seniority nor a level number."""
    ranks = {place for hit in ranks_in(words) for place in hit.places}
    return tuple(i for i, word in enumerate(words) if i not in ranks and word not in numerals())


def _spread(words: Words, number: int) -> Kind | None:
    hit = role_index().names.spread(words)
    return _kind(hit, words, number, SPREAD) if hit else None


def _field_alone(words: Words, number: int) -> Kind | None:
    places = _own_places(words)
    field = role_index().trades.values.get(tuple(words[place] for place in places))
    return Kind(field, 1.0, number, places, by_name=False) if field else None


def _last_resort(parts: Sequence[Words]) -> Kind | None:
    for number, words in enumerate(parts):
        hit = role_index().broad.longest(words)
        if hit and hit.value != NOTHING:
            return _kind(hit, words, number, BROAD, by_name=False)
    for number, words in enumerate(parts):
        hit = role_index().trades.longest(words)
        # One word, such as "support" or "security", names no field: it may be a guard's.
        if hit and (len(hit.places) > 1 or _family(hit.value) == "ai"):
            return _kind(hit, words, number, MENTIONED, by_name=False)
    return _whole(parts[0]) if parts else None


def _family(role: str) -> object:
    return vocabulary("roles")[role].attributes["family"]


def _whole(words: Words) -> Kind | None:
    """Return the role of a title that is "Manager" or "Associate" beside seniority words."""
    end = len(words) - (1 if words and words[-1] in numerals() else 0)
    for start in range(end):
        role = role_index().whole.values.get(words[start:end])
        if role and all(place >= start for place in _own_places(words)):
            return Kind(role, 1.0, 0, tuple(range(start, end)), by_name=False)
    return None


def _kind(
    hit: Found[str], words: Words, number: int, score: float, *, by_name: bool = True
) -> Kind:
    """Return the hit as a kind; it scores 1 when seniority is all that ``words`` say besides."""
    whole = score >= SPREAD and set(_own_places(words)) <= set(hit.places)
    return Kind(hit.value, 1.0 if whole else score, number, hit.places, by_name)


def _repaired(parts: Sequence[Words]) -> tuple[Sequence[Words], float]:
    """Return the parts with misspelt words repaired, and how like (0..1) they are as a whole."""
    speller = role_index().speller
    likeness = 1.0
    read: list[Words] = []
    for words in parts[:REPAIRED_PARTS]:
        repaired = [speller.repair(word) for word in words]
        likeness *= math.prod(score for _, score in repaired if score)
        read.append(tuple(word for word, _ in repaired))
    return [*read, *parts[REPAIRED_PARTS:]], likeness
