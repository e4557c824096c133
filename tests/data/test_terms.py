"""The closed lists: every word means one thing, and the ids mean themselves."""

import pytest

from data.matching import normalise
from data.record import EMPLOYMENT_TYPES as ALLOWED_TYPES
from data.record import TRACKS as ALLOWED_TRACKS
from data.terms import EMPLOYMENT_TYPES, TRACKS, term


def test_the_lists_hold_what_the_record_allows() -> None:
    assert set(EMPLOYMENT_TYPES) == set(ALLOWED_TYPES)
    assert set(TRACKS) == set(ALLOWED_TRACKS)


@pytest.mark.parametrize("words", [EMPLOYMENT_TYPES, TRACKS])
def test_no_word_means_two_things(words: dict[str, tuple[str, ...]]) -> None:
    said = [normalise(word) for spellings in words.values() for word in set(spellings)]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("kind", EMPLOYMENT_TYPES)
def test_an_id_means_itself(kind: str) -> None:
    found = term("employment_type", kind)
    assert found is not None
    assert (found.id, found.score) == (kind, 1.0)
