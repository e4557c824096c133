"""Titles of the reference market: what they say is what the record says."""

import polars as pl

from data.matching import read_title


def test_a_title_reads_as_the_role_it_was_made_for(people: pl.DataFrame) -> None:
    distinct = people.select("title", "role").unique()
    wrong = [
        (title, role)
        for title, role in distinct.iter_rows()
        if (found := read_title(title).role) is None or found.id != role
    ]
    assert len(wrong) <= 0.01 * distinct.height, wrong


def test_a_title_never_says_another_seniority(people: pl.DataFrame) -> None:
    own = {"manager", "c_level"}
    distinct = people.select("title", "seniority").unique()
    wrong = [
        (title, seniority)
        for title, seniority in distinct.iter_rows()
        if (said := read_title(title).seniority) not in (None, seniority) and said not in own
    ]
    assert not wrong


def test_most_titles_say_the_seniority(people: pl.DataFrame) -> None:
    said = people.filter(pl.col("said"))
    read = [read_title(title).seniority for title in said["title"]]
    assert (pl.Series(read) == said["seniority"]).mean() > 0.95  # type: ignore[operator]
