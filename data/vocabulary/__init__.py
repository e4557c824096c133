"""The words paylens knows: roles, seniorities, company stages, skills, metros and the like.

Each vocabulary is one TOML file beside this module that a person can edit: a table an entry, its
name the entry's id, with the labels ``en`` and ``fr``, ``aliases`` and the attributes that this
vocabulary's entries must have (``REQUIRED``).
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.errors import VocabularyError

FOLDER = Path(__file__).parent

REQUIRED: Mapping[str, Mapping[str, type]] = {
    "roles": {"family": str, "soc": str, "isco": str},
    "seniorities": {"rank": int, "track": str},
    "company_stages": {"rank": int},
    "skill_families": {},
    "skills": {"family": str},
    "countries": {"currency": str},
    "regions": {"country": str},
    "metros": {"country": str, "localities": list},
    "educations": {"rank": int},
    "industries": {},
}
"""Vocabulary name -> the attributes each of its entries must have, with their types."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of a vocabulary: its id, labels, aliases and further attributes."""

    id: str
    en: str
    fr: str
    aliases: tuple[str, ...]
    attributes: Mapping[str, Any]

    def label(self, language: str) -> str:
        """Return the label in ``language`` ("en" or "fr"); any other language reads English."""
        return self.fr if language == "fr" else self.en


class Vocabulary(Mapping[str, Entry]):
    """The entries of one vocabulary by id, in the order of its file."""

    def __init__(self, name: str, entries: Mapping[str, Entry]) -> None:
        self.name = name
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> Entry:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def read_entry(name: str, key: str, table: object) -> Entry:
    """Return the entry ``key`` of the vocabulary ``name`` read from its TOML ``table``.

    Raises:
        VocabularyError: A label, the aliases or a required attribute is missing or mistyped.

    >>> read_entry("educations", "doctorate", {"en": "Doctorate", "rank": 6})
    Traceback (most recent call last):
        ...
    data.errors.VocabularyError: educations.toml [doctorate]: fr must be a str, found nothing
    """
    if not isinstance(table, dict):
        raise VocabularyError(f"{name}.toml [{key}]: an entry is a table, found {table!r}")
    needed: dict[str, type] = {"en": str, "fr": str, "aliases": list, **REQUIRED[name]}
    fields = {"aliases": [], **table}
    for field, kind in needed.items():
        value = fields.get(field)
        if not isinstance(value, kind) or value == "":
            found = "nothing" if value in (None, "") else repr(value)
            raise VocabularyError(
                f"{name}.toml [{key}]: {field} must be a {kind.__name__}, found {found}"
            )
    attributes = {k: v for k, v in fields.items() if k not in ("en", "fr", "aliases")}
    return Entry(key, fields["en"], fields["fr"], tuple(fields["aliases"]), attributes)


@cache
def vocabulary(name: str) -> Vocabulary:
    """Return the vocabulary called ``name``, one of ``REQUIRED``, read once a process.

    Raises:
        VocabularyError: The file is not TOML, or an entry of it is broken.
    """
    try:
        tables = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(f"{name}.toml: {error}") from error
    return Vocabulary(name, {key: read_entry(name, key, t) for key, t in tables.items()})


@cache
def digest() -> str:
    """Return the SHA-256 (hex) of all vocabulary files, for manifests and logs."""
    sha = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.toml")):
        sha.update(path.name.encode())
        sha.update(path.read_bytes())
    return sha.hexdigest()
