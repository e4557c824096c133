"""A job title read: the role, the seniority, the track, and the words that are left.

Conventions, where titles are ambiguous:

- The head says the role: "Principal software engineer, ads ML" is a software engineer.
- Who manages people in a field has the field's management role: "Director of data science" is
  ``data_science_manager``, seniority ``director``. Where there is none the role stays and the
  track says it: "Director of product" is ``product_manager``, track ``manager``.
- A rank's words inside a role's own name are no rank: "Product manager", "Account director".
- A vice president with a technical trade ("Data scientist, Vice President") has a bank's grade,
  and reads as a lead without people.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from data.matching.kinds import Kind, find_kind
from data.matching.matcher import Match
from data.matching.phrases import Found, Words, canonical
from data.matching.ranks import beside, level_after, ranks_in, says_only_rank, together
from data.vocabulary import vocabulary

LONGEST = 400
"""Characters of a title that are read; what follows is an advertisement, no title."""

IN_NAMES = frozenset({"junior", "manager", "director"})
"""Ranks whose words a role's own name may hold: product manager, art director, associate."""

TRADES = frozenset({"software", "data", "ai", "ai_research", "infrastructure", "security"})
"""Families in which a bank's vice president manages nobody."""

_INCLUSIVE = re.compile(
    r"(?<=\w)(?:[·•/](?:e|se|ne|rice|trice|euse)|\((?:e|se|ne|rice|trice|euse)\))"
    r"(?:[·•]?s)?(?!\w)"
)
_GENDERS = re.compile(r"\b[hfmwdx](?:\s?/\s?[hfmwdx])+\b", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SEPARATOR = re.compile(
    r"\s[-/]|[-/]\s|--+|[–—|,;:~•@()\[\]]|\b(?:at|chez|for|pour|with|avec)\b", re.IGNORECASE
)
_REQUISITION = re.compile(r"(?!m?365$)[a-z]{0,4}\d{3,}[a-z]*")


@dataclass(frozen=True, slots=True)
class Title:
    """What a job title says.

    Attributes:
        role: The role with its score, or ``None`` where the title names none.
        seniority: A seniority id, or ``None``: unknown stays unknown.
        track: "individual", "manager", or ``None`` where the title leaves it open.
        rest: The title's words in canonical spelling, without seniority words.
    """

    role: Match | None
    seniority: str | None
    track: str | None
    rest: str


@lru_cache(maxsize=65_536)
def read_title(title: str) -> Title:
    """Return what ``title`` says, in English or French.

    >>> read_title("Sr. Machine Learning Engineer II, Ads (R4353)")
    Title(role=Match(id='machine_learning_engineer', score=1.0), seniority='senior', \
track='individual', rest='machine learning engineer ads')
    >>> read_title("Chef de cuisine").role is None
    True
    """
    parts = _parts(title)
    found = find_kind(parts, beside(parts))
    kind, parts = found or (None, parts)
    ranks = [_counted(parts, number, kind) for number in range(len(parts))]
    level = _level(parts, kind)
    ids = {rank.value for part in ranks for rank in part} | ({level.value} if level else set())
    if kind is not None and _is_grade(kind, parts, ranks):
        ids = {"lead"}
    role, seniority, track = _judged(kind, ids)
    return Title(role, seniority, track, _rest(parts, ranks, level, kind))


def _parts(title: str) -> Sequence[Words]:
    """Return the parts of ``title``, head first and brackets last, without requisition numbers."""
    plain = _GENDERS.sub(" ", _INCLUSIVE.sub("", title[:LONGEST]))
    texts = _SEPARATOR.split(" | ".join((_BRACKETS.sub(" ", plain), *_BRACKETS.findall(plain))))
    parts = (
        tuple(word for word in canonical(text) if not _REQUISITION.fullmatch(word))
        for text in texts
    )
    return tuple(words for words in parts if words)


def _counted(parts: Sequence[Words], number: int, kind: Kind | None) -> tuple[Found[str], ...]:
    """Return the seniority words of one part that speak of the person."""
    words = parts[number]
    if kind is None:
        return ranks_in(words)
    if number > kind.part and not says_only_rank(words):
        return ()
    role = vocabulary("roles")[kind.id].attributes
    return tuple(
        rank
        for rank in ranks_in(words)
        if not (
            (number == kind.part and _is_of_the_name(rank, kind) and "seniority" not in role)
            or (role.get("track") == "individual" and _track(rank.value) == "manager")
        )
    )


def _is_of_the_name(rank: Found[str], kind: Kind) -> bool:
    return rank.value in IN_NAMES and set(rank.places) < set(kind.places)


def _level(parts: Sequence[Words], kind: Kind | None) -> Found[str] | None:
    """Return the level number of the part that names the role, or else of the head."""
    if kind is not None:
        return level_after(parts[kind.part], kind.places[-1])
    return level_after(parts[0], 0) if parts else None


def _is_grade(kind: Kind, parts: Sequence[Words], ranks: Sequence[Sequence[Found[str]]]) -> bool:
    """Return whether a vice president is a bank's grade: beside the own name of a trade."""
    role = vocabulary("roles")[kind.id].attributes
    if not kind.by_name or role["family"] not in TRADES:
        return False
    places = (
        (words, rank.places) for words, part in zip(parts, ranks, strict=True) for rank in part
    )
    return any(words[place] == "vice" for words, there in places for place in there)


def _judged(kind: Kind | None, ids: set[str]) -> tuple[Match | None, str | None, str | None]:
    """Return the role, the seniority and the track of a title with the seniority ``ids``."""
    if kind is None:
        seniority = together(ids)
        return None, seniority, seniority and _track(seniority)
    roles = vocabulary("roles")
    own = roles[kind.id].attributes.get("seniority")
    seniority = together(ids | ({own} if own else set()))
    track = _track(seniority) if seniority else "individual"
    managing = roles[kind.id].attributes.get("managed_by") if track == "manager" else None
    return Match(managing or kind.id, kind.score), seniority, track


def _track(seniority: str) -> str | None:
    track = str(vocabulary("seniorities")[seniority].attributes["track"])
    return None if track == "either" else track


def _rest(
    parts: Sequence[Words],
    ranks: Sequence[Sequence[Found[str]]],
    level: Found[str] | None,
    kind: Kind | None,
) -> str:
    kept: list[str] = []
    for number, words in enumerate(parts):
        dropped = {place for rank in ranks[number] for place in rank.places}
        if level and number == (kind.part if kind else 0):
            dropped |= set(level.places)
        kept += [word for place, word in enumerate(words) if place not in dropped]
    return " ".join(kept)
