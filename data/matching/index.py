"""The words of roles.toml, ready to be found in job titles."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from data.matching.phrases import Phrases, Words, canonical
from data.matching.ranks import NOTHING, rank_phrases
from data.matching.words import Speller
from data.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class RoleIndex:
    """Phrases that stand for role ids.

    Attributes:
        names: Labels and aliases.
        fields: Names of fields ("data science").
        trades: The fields of those roles that do not themselves manage people.
        broad: Head nouns ("developer"), and ``NOTHING`` for what they do not mean.
        whole: Words that count only as all that a title says ("manager").
        speller: All words of names, head nouns and seniorities.
    """

    names: Phrases[str]
    fields: Phrases[str]
    trades: Phrases[str]
    broad: Phrases[str]
    whole: Phrases[str]
    speller: Speller


@cache
def role_index() -> RoleIndex:
    """Return the index of the roles, made once a process.

    Raises:
        VocabularyError: A vocabulary's file is broken.
    """
    roles = vocabulary("roles")
    names = Phrases(
        (canonical(name), role) for role, e in roles.items() for name in (e.en, e.fr, *e.aliases)
    )
    fields = Phrases(_listed("functions"))
    leading = {role for role, entry in roles.items() if "seniority" in entry.attributes}
    trades = Phrases(item for item in fields.values.items() if item[1] not in leading)
    broad = Phrases([*_listed("broad"), *((words, NOTHING) for words, _ in _listed("not_in"))])
    words = {
        word for known in (names, broad, rank_phrases()) for phrase in known for word in phrase
    }
    return RoleIndex(names, fields, trades, broad, Phrases(_listed("whole")), Speller(words))


def _listed(key: str) -> Iterable[tuple[Words, str]]:
    for role, entry in vocabulary("roles").items():
        for text in entry.attributes.get(key, ()):
            yield canonical(text), role
