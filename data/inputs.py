"""The inputs of a table to be scored: every row in order, and what is wrong with it in words."""

from datetime import date

import polars as pl

from data.recognition import Recogniser
from data.record import INPUT_TYPES
from data.schema import inputs_schema, sift
from data.sources import Source
from data.sources.source import WORD_TYPES, complete

DEFAULT_PAY_BASIS = "total"


def read_inputs(
    source: Source,
    raw: pl.DataFrame,
    recogniser: Recogniser,
    *,
    as_of: date | None = None,
    pay_basis: str | None = None,
) -> tuple[pl.DataFrame, pl.Series]:
    """Return what a prediction may know of each row of ``raw``, and each row's problem.

    Pay is neither needed nor read, and protected columns are not either. A row whose role nobody
    knows has a problem; any other word that nobody knows is empty.

    Args:
        source: The format of ``raw``.
        raw: At least the columns that the words of ``source`` need.
        recogniser: What reads the words.
        as_of: The day of rows that name none; None leaves it empty.
        pay_basis: What is asked of every row; None for what a row says, else ``total``.

    Returns:
        The columns ``INPUT_TYPES``, same rows and order; texts such as "years_experience -3.0:
        between 0 and 70 years", null where all is well.
    """
    words = complete(source.words(raw), WORD_TYPES).with_columns(
        pl.col("observed_on").fill_null(pl.lit(as_of, pl.Date)),
        pl.col("pay_basis").fill_null(DEFAULT_PAY_BASIS)
        if pay_basis is None
        else pl.lit(pay_basis).alias("pay_basis"),
    )
    inputs, _ = recogniser.read_frame(words)
    inputs = inputs.select(list(INPUT_TYPES)).with_columns(pl.col("skills").fill_null([]))
    numbered = inputs.with_columns(
        pl.lit(source.name).alias("source"), pl.int_range(1, pl.len() + 1).alias("row")
    )
    broken = sift(numbered, inputs_schema()).rejects.drop("source")
    told = pl.concat([source.unreadable(raw, pay=False), broken]).select(
        "row", problem=pl.format("{} {}: {}", "column", "value", "rule")
    )
    problems = (
        pl.concat([told, without_role(numbered, words["role"])])
        .group_by("row", maintain_order=True)
        .agg(pl.col("problem").str.join("; "))
    )
    return inputs, numbered.join(problems, on="row", how="left", maintain_order="left")["problem"]


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
        )
    )
