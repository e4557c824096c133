"""The one translation from free words to vocabulary ids.

A request, a row of a file and a row of a public table all pass here, so a word means the same in
training and in service. One record goes through the topics directly, a frame through the distinct
combinations of its words.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.record import INPUT_TYPES
from data.sources.source import WORD_TYPES
from data.stages import Stages
from data.topics import Reading, Topic, Word, topics

__all__ = ["HEARD_TYPES", "Recogniser", "Word"]

HEARD_TYPES: Mapping[str, type[pl.DataType]] = {
    "field": pl.String,
    "given": pl.String,
    "id": pl.String,  # null when unknown
    "rows": pl.Int64,  # how many rows say it
}


class Recogniser:
    """Reads the words of records; the company stages it may look up are given to it."""

    def __init__(self, stages: Stages) -> None:
        self._topics = topics(stages)

    def read(self, words: Mapping[str, Any]) -> Reading:
        """Return the input columns (``INPUT_TYPES``) of one record, and how each word was taken.

        Args:
            words: Values of ``WORD_TYPES`` by name; those left out are empty.
        """
        columns = {name: words.get(name) for name in WORD_TYPES}
        taken: tuple[Word, ...] = ()
        for topic in self._topics:
            given, heard = topic.read(*(columns[name] for name in topic.given))
            columns |= given
            taken += heard
        return {name: columns.get(name) for name in INPUT_TYPES}, taken

    def read_frame(self, words: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return ``words`` with its input columns filled, and how each word was taken.

        Args:
            words: Columns of ``WORD_TYPES``; others pass through untouched.

        Returns:
            The frame, same rows and order; and one row a distinct word (``HEARD_TYPES``).
        """
        frame, heard = words, []
        for topic in self._topics:
            frame, taken = _read_topic(frame, topic)
            heard.append(taken)
        return frame, pl.concat(heard)


def _read_topic(frame: pl.DataFrame, topic: Topic) -> tuple[pl.DataFrame, pl.DataFrame]:
    distinct = (
        frame.with_row_index("__row")
        .group_by(topic.given, maintain_order=True)
        .agg("__row")
        .with_columns(pl.col("__row").list.len().alias("__rows"))
    )
    given: dict[str, list[Any]] = {name: [] for name in topic.gives}
    heard: dict[str, list[Any]] = {name: [] for name in HEARD_TYPES}
    for *values, rows in distinct.select(*topic.given, "__rows").iter_rows():
        columns, words = topic.read(*values)
        for name in topic.gives:
            given[name].append(columns[name])
        for word in words:
            told = (word.field, word.given, word.id, rows)
            for name, value in zip(HEARD_TYPES, told, strict=True):
                heard[name].append(value)
    answers = (
        pl.DataFrame(given, schema={name: INPUT_TYPES[name] for name in topic.gives})
        .with_columns(distinct["__row"])
        .explode("__row")
        .sort("__row")
        .drop("__row")
    )
    taken = (
        pl.DataFrame(heard, schema=HEARD_TYPES)
        .group_by("field", "given", "id", maintain_order=True)
        .agg(pl.col("rows").sum())
    )
    return frame.drop(topic.gives, strict=False).hstack(answers), taken
