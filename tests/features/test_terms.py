import numpy as np
import polars as pl

from features.terms import LEAST, MANY_TITLES, MOST, Terms


def titles(n: int = MANY_TITLES) -> pl.DataFrame:
    """Return n distinct titles, each with a rare word of its own, each said once."""
    return pl.DataFrame({"title": [f"Cloud engineer odd{number}" for number in range(n)]})


def test_frequent_words_and_pairs_get_a_flag_and_rare_ones_do_not() -> None:
    assert set(Terms.fit(titles()).known) == {"cloud", "engineer", "cloud engineer"}


def test_the_flags_say_which_words_a_title_holds() -> None:
    flags = Terms(("cloud", "engineer", "cloud engineer"))
    assert flags.encode_one({"title": "Engineer, cloud"})[:2] == [1.0, 1.0]
    assert flags.encode_one({"title": "Cloud engineer"}) == [1.0, 1.0, 1.0]
    assert flags.encode_one({"title": None}) == flags.encode_one({}) == [0.0, 0.0, 0.0]


def test_one_title_alone_gets_what_it_gets_among_many() -> None:
    frame = pl.concat([titles(), pl.DataFrame({"title": [None, "Data engineer"]})])
    flags = Terms.fit(frame)
    alone = [flags.encode_one(row) for row in frame.iter_rows(named=True)]
    np.testing.assert_array_equal(flags.encode(frame), np.array(alone, dtype=np.float32))


def test_few_titles_get_no_flags() -> None:
    assert MANY_TITLES > 2 * LEAST
    assert Terms.fit(titles(MANY_TITLES - 1)).columns == ()


def test_no_more_flags_than_allowed_are_made() -> None:
    words = [f"word{number}" for number in range(2 * MOST)]
    many = pl.DataFrame(
        {"title": [f"{word} engineer {number}" for word in words for number in range(LEAST)]}
    )
    assert len(Terms.fit(many).known) == MOST


def test_the_state_makes_the_same_flags_again() -> None:
    flags = Terms.fit(titles())
    assert Terms.from_state(flags.state()).known == flags.known
