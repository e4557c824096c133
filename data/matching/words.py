"""Words as they are compared: normalised, and repaired where one is a likely misspelling."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

CUTOFF = 0.85
"""Least similarity (0..1) of a word to the one it is read as: one slip in seven letters."""

SHORTEST = 5
"""Letters below which a word is never repaired: "java" is not a misspelt "jira"."""

# A full stop counts inside a word or before it (node.js, .net), not at its end ("sr.").
_WORD = re.compile(r"\.?[^\W_]+(?:[.+#]+[^\W_]+)*[+#]*")


@lru_cache(maxsize=65_536)
def normalise(text: str) -> str:
    """Return ``text`` casefolded, without accents, its words parted by single spaces.

    Whatever is neither letter nor digit parts words, save the ``+``, ``#`` and ``.`` of names.

    >>> normalise("  Ingénieur·e C++ / Node.js, Sr. ")
    'ingenieur e c++ node.js sr'
    """
    # Twice, as casefolding can give marks anew and decomposing a letter-like sign gives a capital.
    folded = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", folded).replace("œ", "oe").replace("æ", "ae")
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_WORD.findall(plain))


class Speller:
    """The words of a vocabulary, which repairs a word that is nearly one of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known = frozenset(words)
        self._choices = tuple(sorted(w for w in self._known if len(w) >= SHORTEST and w.isalpha()))

    def repair(self, word: str) -> tuple[str, float]:
        """Return the known word that ``word`` nearly is, with its similarity (0..1).

        A known word gives itself and 1; a word near none gives itself and 0.

        Source: optimal string alignment distance (insertions, deletions, replacements and swaps
        of neighbours), as a share of the longer word.
        """
        if word in self._known:
            return word, 1.0
        if len(word) < SHORTEST:
            return word, 0.0
        nearest = process.extractOne(
            word, self._choices, scorer=OSA.normalized_similarity, score_cutoff=CUTOFF
        )
        return (nearest[0], nearest[1]) if nearest else (word, 0.0)
