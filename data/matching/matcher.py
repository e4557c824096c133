"""Text matched against the entries of one vocabulary."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from data.matching.words import SHORTEST, Speller, normalise
from data.vocabulary import Entry, Vocabulary, vocabulary

_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a text was read as: its id, and a score from 0 to 1 (1: its very name)."""

    id: str
    score: float


class Matcher:
    """Finds the entry of a vocabulary that a text names.

    Names are the ids, the labels and the aliases; case, accents, punctuation and the order of
    words do not matter.
    """

    def __init__(self, entries: Vocabulary) -> None:
        self._entries = entries
        self._ids = {key.casefold(): key for key in entries}
        self._names: dict[str, str] = {}
        for key, entry in entries.items():
            for name in names(entry):
                self._names.setdefault(name, key)
        for key in entries:
            # After all labels: the role sales_executive is not what "sales executive" says.
            self._names.setdefault(normalise(key), key)
        self._ordered = _unambiguous(self._names, lambda name: " ".join(sorted(name.split())))
        self._joined = _unambiguous(self._names, lambda name: name.replace(" ", ""))
        self._speller = Speller(word for name in self._names for word in name.split())
        self._cached = lru_cache(maxsize=65_536)(self._find)

    def match(self, text: str) -> Match | None:
        """Return the entry that ``text`` names, or ``None``.

        An exact name scores 1. Otherwise each misspelt word is repaired, if it is at least
        ``CUTOFF`` like a word of the vocabulary, and the score is how like the words are.

        >>> matcher("roles").match("data scientst")
        Match(id='data_scientist', score=0.8888888888888888)
        >>> matcher("roles").match("astronaut") is None
        True
        """
        return self._cached(text)

    def nearest(self, text: str, n: int = 5) -> tuple[Match, ...]:
        """Return the ``n`` entries most like ``text``, best first, to offer and never to assume."""
        found = process.extract(normalise(text), self._names.keys(), scorer=fuzz.ratio, limit=None)
        best: dict[str, float] = {}
        for name, score, _ in found:
            best.setdefault(self._names[name], score / 100)
        return tuple(Match(key, score) for key, score in list(best.items())[:n])

    def search(self, query: str, limit: int = 10) -> tuple[Match, ...]:
        """Return at most ``limit`` entries for a ``query`` still being typed, best first.

        Names that start with the query come first, then names whose words start with its words,
        then the nearest. An empty query gives the first entries of the file.
        """
        wanted = normalise(query)
        if not wanted:
            return tuple(Match(key, 0.0) for key in list(self._entries)[:limit])
        ranked = (
            (_started(wanted, name), len(name), i, name) for i, name in enumerate(self._names)
        )
        best: dict[str, float] = {}
        for score, _, _, name in sorted(r for r in ranked if r[0] < 0):
            best.setdefault(self._names[name], -score)
        if not best:
            return self.nearest(query, limit)
        return tuple(Match(key, score) for key, score in list(best.items())[:limit])

    def _find(self, text: str) -> Match | None:
        key = self._ids.get(text.strip().casefold())
        if key is not None:
            return Match(key, 1.0)
        for part in _readings(text):
            found = self._exact(normalise(part))
            if found is not None:
                return found
        return self._repaired(normalise(text))

    def _exact(self, text: str) -> Match | None:
        name = text if text in self._names else self._ordered.get(" ".join(sorted(text.split())))
        if name is not None:
            return Match(self._names[name], 1.0)
        joined = self._joined.get(text.replace(" ", "")) if len(text) >= SHORTEST else None
        if joined is None:
            return None
        return Match(self._names[joined], OSA.normalized_similarity(text, joined))

    def _repaired(self, text: str) -> Match | None:
        repaired = [self._speller.repair(word) for word in text.split()]
        likeness = math.prod(score for _, score in repaired)
        if not repaired or likeness == 0:
            return None
        found = self._exact(" ".join(word for word, _ in repaired))
        return None if found is None else Match(found.id, found.score * likeness)


def names(entry: Entry) -> tuple[str, ...]:
    """Return the labels and aliases of ``entry``, normalised."""
    return tuple(normalise(name) for name in (entry.en, entry.fr, *entry.aliases))


def _readings(text: str) -> Iterator[str]:
    """Return ``text``, then without its brackets, then what stands in each of them."""
    yield text
    inside = _BRACKETS.findall(text)
    if inside:
        yield _BRACKETS.sub(" ", text)
        yield from inside


def _unambiguous(known: dict[str, str], form: Callable[[str], str]) -> dict[str, str]:
    """Return form -> name for the forms that are names of one entry only."""
    forms: dict[str, str | None] = {}
    for name, key in known.items():
        other = forms.setdefault(form(name), name)
        if other is not None and known[other] != key:
            forms[form(name)] = None
    return {shape: name for shape, name in forms.items() if name is not None}


def _started(query: str, name: str) -> float:
    """Return minus the score of ``name`` for the beginning ``query``; 0 where it is none."""
    if name == query:
        return -1.0
    if name.startswith(query):
        return -0.9
    words = name.split()
    typed = query.split()
    return -0.8 if all(any(word.startswith(t) for word in words) for t in typed) else 0.0


@cache
def matcher(name: str) -> Matcher:
    """Return the matcher of the vocabulary called ``name``, made once a process.

    Raises:
        VocabularyError: The vocabulary's file is broken.
    """
    return Matcher(vocabulary(name))
