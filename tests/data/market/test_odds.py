"""Draws from weighted words."""

import numpy as np
import polars as pl

from data.market.odds import chance, drawn, drawn_by


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_words_come_as_often_as_they_weigh() -> None:
    counts = dict(drawn({"a": 3, "b": 1, "never": 0}, 10_000, rng()).value_counts().iter_rows())
    # Four standard errors of a share of 3 in 4 among 10,000: 4 * sqrt(3 / 16 / 10,000).
    assert abs(counts["a"] / 10_000 - 0.75) < 0.0174
    assert "never" not in counts


def test_the_empty_word_is_nothing() -> None:
    assert drawn({"": 1}, 5, rng()).to_list() == [None] * 5


def test_each_key_has_its_own_odds_and_no_key_has_none() -> None:
    keys = pl.Series(["x", None, "y", "x"])
    assert drawn_by(keys, {"x": {"a": 1}, "y": {"b": 1}}, rng()).to_list() == ["a", None, "b", "a"]


def test_no_rows_are_no_draws() -> None:
    assert drawn({"a": 1}, 0, rng()).to_list() == []


def test_a_chance_of_nothing_and_of_all() -> None:
    assert not chance(0.0, 100, rng()).any()
    assert chance(1.0, 100, rng()).all()
