"""Combinations of words that training records held far more seldom than chance would have it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from serving.neighbourhood import ALIKE, split, word_of

PAIRS = (
    ("role", "country"),
    ("role", "seniority"),
    ("role", "company_stage"),
    ("country", "company_stage"),
    ("seniority", "experience"),
)
LEAST_EXPECTED = 20.0
"""Records that chance must bring together before their absence says anything."""

SELDOM = 0.05
"""Seen in a smaller share of the expected records than this, a combination is unusual."""


@dataclass(frozen=True)
class Combinations:
    """How often words and pairs of words of ``ALIKE`` were seen.

    Attributes:
        words: (field, word) -> number of records.
        pairs: (field, word, field, word) -> number of records.
        records: Of all.
    """

    words: Mapping[tuple[str, str], int]
    pairs: Mapping[tuple[str, str, str, str], int]
    records: int

    @classmethod
    def count(cls, cells: Mapping[str, int]) -> Self:
        """Return the counts of ``cells``: the words of ``ALIKE`` joined -> number of records."""
        words: Counter[tuple[str, str]] = Counter()
        pairs: Counter[tuple[str, str, str, str]] = Counter()
        for joined, n in cells.items():
            told = {f: word for f, word in zip(ALIKE, split(joined), strict=True) if word}
            words.update(dict.fromkeys(told.items(), n))
            pairs.update(
                {
                    (one, told[one], other, told[other]): n
                    for one, other in PAIRS
                    if one in told and other in told
                }
            )
        return cls(words, pairs, sum(cells.values()))

    def unusual(self, record: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
        """Yield for each unusual pair of ``record`` (inputs) that it is no more than medium, why.

        Chance is the two words' shares multiplied, among all records.
        """
        for one, other in PAIRS:
            left, right = word_of(one, record), word_of(other, record)
            if left is None or right is None:
                continue
            both = self.words.get((one, left), 0) * self.words.get((other, right), 0)
            expected = both / max(self.records, 1)
            seen = self.pairs.get((one, left, other, right), 0)
            if expected >= LEAST_EXPECTED and seen < SELDOM * expected:
                yield (
                    1,
                    f"unusual combination: {one} {left} with {other} {right} was seen in {seen} "
                    f"records, {expected:.0f} would be usual",
                )
