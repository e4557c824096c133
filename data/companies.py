"""Employers: one name for each, however it was written, and the dated facts known of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from data.errors import VocabularyError
from data.matching import normalise
from data.reference import reference
from data.vocabulary import vocabulary

# "and" is left over when "& Co." goes.
_LEGAL_SUFFIX = re.compile(
    "inc|incorporated|llc|llp|lp|ltd|limited|corp|corporation|co|company|plc|private|pvt|pte|pty|"
    "gmbh|mbh|ag|kg|se|sa|sas|sarl|srl|spa|nv|bv|ab|asa|oy|aps|kk|and"
)

# The field of companies.toml -> the stage it begins, and whether its day is the very first one.
DATED_FIELDS: Mapping[str, tuple[str | None, bool]] = {
    "public_since": ("public", True),
    "public_by": ("public", False),
    "big_tech_since": ("big_tech", True),
    "acquired_on": ("acquired", True),
    "private_equity_on": ("private_equity", True),
    "delisted_on": (None, True),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A stage that a company is in from ``day`` on; ``stage`` None means that it is unknown.

    ``exact``: the stage began on that very day, so the days before were surely not in it.
    """

    day: date
    stage: str | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Company:
    """A known employer: its key, the name it is called by here, and its facts by day."""

    key: str
    name: str
    aliases: tuple[str, ...]
    facts: tuple[Fact, ...]
    frontier_lab: bool


def company_key(name: str) -> str:
    """Return the one key of the employer called ``name``; spelling variants share it.

    >>> company_key(" Google LLC"), company_key("Alphabet Inc."), company_key("Acme & Söhne GmbH")
    ('google', 'google', 'acme_and_sohne')
    """
    words = _words(name)
    return _keys().get(words, words)


def canonical_company(name: str) -> str:
    """Return the one spelling of the employer called ``name``.

    A known employer is called as in ``companies.toml``, any other by its words in lower case: the
    answer depends on the name alone, so one request and a whole table spell alike.

    >>> canonical_company("facebook, inc."), canonical_company("ACME Robotics Ltd")
    ('Meta', 'acme robotics')
    """
    key = company_key(name)
    known = known_companies().get(key)
    return known.name if known else key.replace("_", " ") or name.strip()


@cache
def known_companies() -> Mapping[str, Company]:
    """Return the employers of ``reference/companies.toml`` by key.

    Raises:
        VocabularyError: An entry is broken; the message names it.
    """
    tables = reference("companies")
    return {key: read_company(key, table) for key, table in tables.items()}


def read_company(key: str, table: Mapping[str, Any]) -> Company:
    """Return the employer ``key`` read from its TOML ``table``.

    Raises:
        VocabularyError: The key is not the name's, a field is unknown or mistyped, or a stage is
            not in the vocabulary.

    >>> read_company("acme", {"name": "Acme", "acquired_on": "2016"})
    Traceback (most recent call last):
        ...
    data.errors.VocabularyError: companies.toml [acme]: acquired_on must be a day, found '2016'
    """
    fields = {"aliases": [], "rounds": {}, "stage": None, "frontier_lab": False, **table}
    name = fields.pop("name", None)
    if not isinstance(name, str) or _words(name) != key:
        needed = _words(name) if isinstance(name, str) else "that of a name"
        raise VocabularyError(f"companies.toml [{key}]: the key must be {needed}; name is {name!r}")
    aliases, frontier_lab = fields.pop("aliases"), fields.pop("frontier_lab")
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        raise VocabularyError(f"companies.toml [{key}]: aliases must be names, found {aliases!r}")
    if not isinstance(frontier_lab, bool):
        raise VocabularyError(f"companies.toml [{key}]: frontier_lab must be true or left out")
    facts = tuple(sorted(_facts(key, fields), key=lambda fact: fact.day))
    return Company(key, name, tuple(aliases), facts, frontier_lab)


def _facts(key: str, fields: dict[str, Any]) -> Iterable[Fact]:
    stages = vocabulary("company_stages")
    rounds, founding = fields.pop("rounds"), fields.pop("stage")
    if not isinstance(rounds, dict):
        raise VocabularyError(f"companies.toml [{key}]: rounds must be days by stage")
    if unknown := [stage for stage in (*rounds, founding) if stage and stage not in stages]:
        raise VocabularyError(f"companies.toml [{key}]: {unknown[0]!r} is not a company stage")
    if founding:
        yield Fact(date.min, founding, exact=True)
    for stage, day in rounds.items():
        yield Fact(_day(key, f"rounds.{stage}", day), stage, exact=True)
    if strange := fields.keys() - DATED_FIELDS.keys():
        raise VocabularyError(f"companies.toml [{key}]: {min(strange)} is not a field of a company")
    for field, (stage, exact) in DATED_FIELDS.items():
        days = fields.get(field, [])
        for day in days if isinstance(days, list) else [days]:
            yield Fact(_day(key, field, day), stage, exact)


def _day(key: str, field: str, value: object) -> date:
    # TOML's date and time is a datetime, which is a date too, and cannot be compared with one.
    if type(value) is not date:
        raise VocabularyError(f"companies.toml [{key}]: {field} must be a day, found {value!r}")
    return value


@cache
def _keys() -> Mapping[str, str]:
    keys: dict[str, str] = {}
    for company in known_companies().values():
        for name in (company.name, *company.aliases):
            other = keys.setdefault(_words(name), company.key)
            if other != company.key:
                raise VocabularyError(
                    f"companies.toml [{company.key}]: {name!r} is also a name of [{other}]"
                )
    return keys


def _words(name: str) -> str:
    """Return the words of ``name`` without case, accents, punctuation and legal suffixes."""
    words = normalise(re.sub(r"[.'’]", "", name.replace("&", " and "))).split()
    if words[:1] == ["the"] and len(words) > 1:
        words = words[1:]
    # A single letter is no name: "E Inc." stays whole.
    while words and _LEGAL_SUFFIX.fullmatch(words[-1]) and len("".join(words[:-1])) > 1:
        words = words[:-1]
    return "_".join(words)
