"""Runs of words found inside a job title, in one spelling for one thing."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from data.errors import VocabularyError
from data.matching.words import normalise
from data.vocabulary import FOLDER

Value = TypeVar("Value")
Words = tuple[str, ...]

LITTLE = frozenset(
    {"a", "an", "and", "d", "de", "des", "du", "en", "et"}
    | {"l", "la", "le", "les", "of", "the", "un", "une"}
)
"""Words that carry no meaning in a title; "head of data" and "data head" then say the same."""


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A phrase found among words: what it stands for, and where its words are."""

    value: Value
    places: tuple[int, ...]


class Phrases(Generic[Value]):
    """Phrases and what they stand for; of two that say the same words the first counts."""

    def __init__(self, pairs: Iterable[tuple[Words, Value]]) -> None:
        self.values: dict[Words, Value] = {}
        self._ending: defaultdict[str, list[Words]] = defaultdict(list)
        for words, value in pairs:
            if words and words not in self.values:
                self.values[words] = value
                self._ending[words[-1]].append(words)
        self._longest = max(map(len, self.values), default=0)

    def __iter__(self) -> Iterator[Words]:
        return iter(self.values)

    def at(self, words: Words, start: int) -> Found[Value] | None:
        """Return the longest phrase that starts at ``start``."""
        for end in range(min(len(words), start + self._longest), start, -1):
            if words[start:end] in self.values:
                return Found(self.values[words[start:end]], tuple(range(start, end)))
        return None

    def scan(self, words: Words) -> Iterator[Found[Value]]:
        """Return the phrases of ``words`` from left to right, the longest first, none twice."""
        start = 0
        while start < len(words):
            found = self.at(words, start)
            if found is not None:
                yield found
            start = found.places[-1] + 1 if found else start + 1

    def longest(self, words: Words) -> Found[Value] | None:
        """Return the phrase of most words; of equals the last, as a title's head comes last."""
        found = [hit for i in range(len(words)) if (hit := self.at(words, i))]
        return max(found, key=lambda hit: (len(hit.places), hit.places), default=None)

    def spread(self, words: Words) -> Found[Value] | None:
        """Return the phrase of most words that ``words`` holds in order with others between.

        >>> Phrases([(("data", "engineer"), "role")]).spread(("data", "platform", "engineer"))
        Found(value='role', places=(0, 2))
        """
        best: Found[Value] | None = None
        present = frozenset(words)
        for end in range(len(words) - 1, 0, -1):
            for phrase in self._ending.get(words[end], ()):
                size = len(phrase)
                if (
                    size > 1
                    and (best is None or size > len(best.places))
                    and present.issuperset(phrase)
                ):
                    places = _places(phrase[:-1], words[:end])
                    if places is not None:
                        best = Found(self.values[phrase], (*places, end))
        return best


def _places(phrase: Words, words: Words) -> tuple[int, ...] | None:
    """Return where the words of ``phrase`` stand among ``words`` in order, if they all do."""
    places: list[int] = []
    for word in phrase:
        start = places[-1] + 1 if places else 0
        if word not in words[start:]:
            return None
        places.append(words.index(word, start))
    return tuple(places)


def canonical(text: str) -> Words:
    """Return the words of ``text`` in the spelling that titles are compared in.

    >>> canonical("Sr. ML Engineers, Head of R&D")
    ('senior', 'machine', 'learning', 'engineer', 'head', 'research', 'development')
    """
    words = tuple(normalise(text).split())
    table = _spellings()
    written: list[str] = []
    start = 0
    while start < len(words):
        found = table.at(words, start)
        written.extend(found.value if found else (words[start],))
        start = found.places[-1] + 1 if found else start + 1
    return tuple(word for word in written if word not in LITTLE)


@cache
def _spellings() -> Phrases[Words]:
    try:
        table: Mapping[str, str] = tomllib.loads(
            (FOLDER / "spellings.toml").read_text(encoding="utf-8")
        )
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(f"spellings.toml: {error}") from error
    return Phrases(
        (tuple(found.split()), tuple(written.split())) for found, written in table.items()
    )
