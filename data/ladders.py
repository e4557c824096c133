"""What an employer's own level label ("L5", "ICT4", "Principal MTS") says about seniority."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from data.companies import company_key
from data.errors import VocabularyError
from data.matching import normalise, read_title
from data.reference import reference
from data.vocabulary import vocabulary

TRACKS = ("individual", "manager")
PREFIXES = ("L", "")
"""What stands before a number on a ladder that does not say it otherwise."""

ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
LONGEST_CODE = 5
"""Letters before the number of a code that may stand among other words: "ICT4 engineer"."""

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rung:
    """A seniority (id), and the track where the label tells it ("individual" or "manager")."""

    seniority: str
    track: str | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """An employer's labels, as ``label_key`` writes them -> seniority, for each track."""

    individual: Labels
    manager: Labels

    def rung(self, label: str, track: str | None) -> Rung | None:
        """Return the rung that this very label names; ``track`` decides where both have it."""
        individual, manager = self.individual.get(label), self.manager.get(label)
        if manager and (track == "manager" or not individual):
            return Rung(manager, "manager")
        if individual:
            return Rung(individual, None if manager and track is None else "individual")
        return None


def seniority_of(company: str | None, level: str, track: str | None = None) -> Rung | None:
    """Return what ``level`` means at ``company``, or None when nobody knows.

    The company's ladder counts first, then the label's own words. A code such as "L5" means
    nothing without a ladder: it is never guessed from other companies'.

    Args:
        company: The employer's name, in any spelling.
        level: The employer's label.
        track: "individual" or "manager" where it is known: many ladders use one number for both.

    >>> seniority_of("Google LLC", "l6"), seniority_of("Google", "L6", "manager")
    (Rung(seniority='staff', track=None), Rung(seniority='manager', track='manager'))
    >>> seniority_of("Some start-up", "L6") is None
    True
    """
    title = read_title(level)
    if title.role is None:
        # A number beside no kind of work is a code: "Level 3" is not "Engineer 3".
        title = read_title(re.sub(r"\d+", " ", level))
    ladder = ladders().get(company_key(company)) if company else None
    if ladder:
        labels = label_key(level)
        if rung := ladder.rung(labels, track):
            return rung
        for code in codes(labels):
            if rung := ladder.rung(code, track or title.track):
                return rung
    return Rung(title.seniority, title.track) if title.seniority else None


@cache
def ladders() -> Mapping[str, Ladder]:
    """Return the ladders of ``reference/ladders.toml`` by company key.

    Raises:
        VocabularyError: A ladder is broken; the message names it.
    """
    tables = reference("ladders")
    return {key: read_ladder(key, tables) for key in tables if not key.startswith("_")}


def read_ladder(key: str, tables: Mapping[str, Mapping[str, Any]]) -> Ladder:
    """Return the ladder ``key`` read from its table, upon the one it is ``like``.

    Raises:
        VocabularyError: A field or a seniority is unknown, a label stands on two rungs of one
            track, or the ladder to take over does not exist.

    >>> read_ladder("acme", {"acme": {"individual": {"junior": [3], "senior": ["L3"]}}})
    Traceback (most recent call last):
        ...
    data.errors.VocabularyError: ladders.toml [acme]: 'L3' is both junior and senior
    """
    table = tables[key]
    if strange := table.keys() - {"like", "prefixes", *TRACKS}:
        raise VocabularyError(f"ladders.toml [{key}]: {min(strange)} is not a field of a ladder")
    below = Ladder({}, {})
    if like := table.get("like"):
        if like not in tables:
            raise VocabularyError(
                f"ladders.toml [{key}]: like = {like!r}, and there is no [{like}]"
            )
        below = read_ladder(like, tables)
    prefixes = tuple(table.get("prefixes", PREFIXES))
    individual, manager = (_labels(key, table.get(track, {}), prefixes) for track in TRACKS)
    return Ladder({**below.individual, **individual}, {**below.manager, **manager})


def _labels(key: str, rungs: Mapping[str, list[str | float]], prefixes: tuple[str, ...]) -> Labels:
    labels: dict[str, str] = {}
    for seniority, written in rungs.items():
        if seniority not in vocabulary("seniorities"):
            raise VocabularyError(f"ladders.toml [{key}]: {seniority!r} is not a seniority")
        for label in written:
            before = ("",) if isinstance(label, str) else prefixes
            for prefix in before:
                other = labels.setdefault(label_key(f"{prefix} {label}"), seniority)
                if other != seniority:
                    raise VocabularyError(
                        f"ladders.toml [{key}]: {label!r} is both {other} and {seniority}"
                    )
    return labels


def label_key(label: str) -> str:
    """Return ``label`` with its words and numbers apart and its numerals Arabic.

    >>> label_key("SDE-II"), label_key("Level 05"), label_key("L5"), label_key("5a")
    ('sde 2', 'l 5', 'l 5', '5 a')
    """
    parts: list[str] = []
    for part in re.findall(r"\d+(?:\.\d+)?|[^\s\d]+", normalise(label)):
        after_word = bool(parts) and not parts[-1][0].isdigit()
        if part[0].isdigit():
            if after_word and parts[-1] in ("level", "lvl"):
                parts[-1] = "l"
            parts.append(part.lstrip("0") or "0")
        elif part in ROMAN and (after_word or len(part) > 1):
            parts.append(ROMAN[part])
        else:
            parts.append(part)
    return " ".join(parts)


def codes(label: str) -> list[str]:
    """Return the codes that stand among the words of ``label``, itself a ``label_key``.

    >>> codes("manager l 6"), codes("senior software engineer 2")
    (['l 6'], [])
    """
    pairs = pairwise(label.split())
    return [
        f"{letters} {number}"
        for letters, number in pairs
        if number[0].isdigit() and letters.isalpha() and len(letters) <= LONGEST_CODE
    ]
