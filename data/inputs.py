"""The inputs of a table to be scored: every row in order, and what is wrong with it in words."""

from datetime import date
from typing import NamedTuple

import polars as pl

from data.recognition import Recogniser
from data.record import INPUT_TYPES
from data.schema import inputs_schema, sift
from data.sources import Source
from data.sources.source import WORD_TYPES, complete

DEFAULT_PAY_BASIS = "total"


class Rows(NamedTuple):
    """Some rows as they were read, one value a row.

    Attributes:
        inputs: The columns ``INPUT_TYPES``.
        problems: What is wrong, such as "years_experience -3.0: between 0 and 70 years"; null where
            all is well.
        faults: The same without a word or number of the row, a list.
        unknown: Words (``WORD_TYPES``) that say what nobody knows, a list.
    """

    inputs: pl.DataFrame
    problems: pl.Series
    faults: pl.Series
    unknown: pl.Series


def read_inputs(
    source: Source,
    raw: pl.DataFrame,
    recogniser: Recogniser,
    *,
    as_of: date | None = None,
    pay_basis: str | None = None,
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the inputs and the problems of ``read_rows``."""
    rows = read_rows(source, raw, recogniser, as_of=as_of, pay_basis=pay_basis)
    return rows.inputs, rows.problems


def read_rows(
    source: Source,
    raw: pl.DataFrame,
    recogniser: Recogniser,
    *,
    as_of: date | None = None,
    pay_basis: str | None = None,
) -> Rows:
    """Return what a prediction may know of each row of ``raw``, and each row's problem.

    Pay is neither needed nor read, and protected columns are not either. A row whose role nobody
    knows has a problem; any other word that nobody knows is empty.

    Args:
        source: The format of ``raw``.
        raw: At least the columns that the words of ``source`` need.
        recogniser: What reads the words.
        as_of: The day of rows that name none; None leaves it empty.
        pay_basis: What is asked of every row; None for what a row says, else ``total``.
    """
    words = complete(source.words(raw), WORD_TYPES).with_columns(
        pl.col("observed_on").fill_null(pl.lit(as_of, pl.Date)),
        pl.col("pay_basis").fill_null(DEFAULT_PAY_BASIS)
        if pay_basis is None
        else pl.lit(pay_basis).alias("pay_basis"),
    )
    inputs, heard = recogniser.read_frame(words)
    inputs = inputs.select(list(INPUT_TYPES)).with_columns(pl.col("skills").fill_null([]))
    numbered = inputs.with_columns(
        pl.lit(source.name).alias("source"), pl.int_range(1, pl.len() + 1).alias("row")
    )
    broken = sift(numbered, inputs_schema()).rejects.drop("source")
    told = pl.concat([source.unreadable(raw, pay=False), broken]).select(
        "row",
        problem=pl.format("{} {}: {}", "column", "value", "rule"),
        fault=pl.format("{}: {}", "column", "rule"),
    )
    problems = (
        pl.concat([told, without_role(numbered, words["role"])])
        .group_by("row", maintain_order=True)
        .agg(pl.col("problem").str.join("; "), "fault")
    )
    found = numbered.join(problems, on="row", how="left", maintain_order="left")
    return Rows(inputs, found["problem"], found["fault"], unknown_words(words, heard))


def unknown_words(words: pl.DataFrame, heard: pl.DataFrame) -> pl.Series:
    """Return which words of each row nobody knows, a list of their names.

    Args:
        words: As given (``WORD_TYPES``).
        heard: What each was taken for (``data.recognition.HEARD_TYPES``).
    """
    unknown = heard.filter(pl.col("id").is_null())
    names = unknown["field"].unique(maintain_order=True).to_list()
    if not names:
        return pl.repeat([], words.height, dtype=pl.List(pl.String), eager=True)
    told = []
    for name in names:
        given = unknown.filter(pl.col("field") == name)["given"].implode()
        word = pl.col(name)
        if words.schema[name] == pl.List(pl.String):
            said = word.list.set_intersection(given).list.len() > 0
        else:
            said = word.is_in(given)
        told.append(pl.when(said).then(pl.lit(name)))
    return words.select(pl.concat_list(told).list.drop_nulls()).to_series()


def without_role(numbered: pl.DataFrame, given: pl.Series) -> pl.DataFrame:
    """Return the problem of each row whose role nobody knows.

    Args:
        numbered: The inputs and their ``row``.
        given: The role of each row as given.
    """
    return (
        numbered.with_columns(given.alias("given"))
        .filter(pl.col("role").is_null())
        .select(
            "row",
            problem=pl.coalesce(
                pl.format("role '{}' is not a role we know", "given"),
                pl.format("title '{}' is not a role we know", "title"),
                pl.lit("no title and no role"),
            ),
            fault=pl.coalesce(
                pl.when(pl.col("given").is_not_null()).then(pl.lit("role: not a role we know")),
                pl.when(pl.col("title").is_not_null()).then(pl.lit("title: not a role we know")),
                pl.lit("no title and no role"),
            ),
        )
    )
