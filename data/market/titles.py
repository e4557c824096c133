"""Job titles as people write them, each checked by reading it back."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

import numpy as np
import polars as pl

from data.matching import read_title
from data.vocabulary import vocabulary

KEPT = 3
"""How many spellings of a title are in use: the first ones are the most usual."""


def add_titles(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``people`` with ``title``.

    Args:
        people: ``role``, ``seniority``, and ``said``: whether the title says the seniority.
        rng: Draws among the spellings.
    """
    choice = rng.integers(0, 2**31, people.height)
    spellings = (_spellings(*row) for row in people.select("role", "seniority", "said").iter_rows())
    chosen = [of[at % len(of)] for of, at in zip(spellings, choice, strict=True)]
    return people.with_columns(pl.Series("title", chosen, pl.String))


@cache
def _spellings(role: str, seniority: str, said: bool) -> tuple[str, ...]:
    """Return titles of ``role``; where none can say the seniority they go without it."""
    with_rank = _read_as(role, seniority, _with_rank(role, seniority)) if said else ()
    return with_rank or _plain(role)


@cache
def _plain(role: str) -> tuple[str, ...]:
    """Return titles of ``role`` that say no seniority but the role's own."""
    entry = vocabulary("roles")[role]
    # "Engineer (field not stated)" and "Risk, fraud or compliance analyst" are labels, no titles.
    label = [] if {",", "("} & set(entry.en) or " or " in entry.en else [entry.en]
    names = (name for name in (*label, *entry.aliases) if name.isascii())
    return _read_as(role, _own(role), names) or (entry.en,)


def _own(role: str) -> str | None:
    """Return the seniority that the role itself stands for."""
    own = vocabulary("roles")[role].attributes.get("seniority")
    return str(own) if own else None


def _read_as(role: str, seniority: str | None, titles: Iterable[str]) -> tuple[str, ...]:
    """Return the first of the ``titles`` that read as ``role`` and ``seniority``."""
    read = ((title, read_title(title)) for title in titles)
    good = (
        title
        for title, says in read
        if says.role and says.role.id == role and says.seniority == seniority
    )
    return tuple(islice(good, KEPT))


def _with_rank(role: str, seniority: str) -> Iterator[str]:
    rank = vocabulary("seniorities")[seniority]
    names = _plain(role)
    if seniority == _own(role):
        yield from names
    if rank.attributes["track"] == "manager":
        yield from (f"{rank.en} of {field}" for field in _fields(role))
        yield from (f"{field} {rank.en.lower()}" for field in _fields(role))
    if seniority == "intern":
        yield from (f"{name} intern" for name in names)
    if seniority == "mid":
        yield from (f"{name} II" for name in names)
    lower = [n[0].lower() + n[1:] if n[1:2].islower() else n for n in names]
    yield from (f"{rank.en} {name}" for name in lower)
    yield from (f"{rank.en}, {name}" for name in lower)


def _fields(role: str) -> Iterator[str]:
    """Return the names of the fields that ``role`` works in, or manages."""
    for id_, entry in vocabulary("roles").items():
        if role in (id_, entry.attributes.get("managed_by")):
            yield from entry.attributes.get("functions", [])[:2]
