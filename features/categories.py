"""A field of many words: its code, the mean pay seen with it, and how often it was seen."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import polars as pl

from features.column import Column

SEPARATOR = "\x1f"
NAN = float("nan")
MANY = 1000.0
"""A word that more weight than this says has a mean that no single record moves."""


class Categories:
    """One field (or several read together) as code, target mean and count.

    The mean is of the log pay's distance from its pay basis' own mean, shrunk to zero as if
    ``prior`` more records had been average. Training rows get the mean of the *other* folds'
    rows, so that no record sees its own pay (cross-fitting; Micci-Barreca 2001 for the means);
    a word that ``MANY`` say needs none of this. Counts hold no pay and are whole.

    Attributes:
        fields: The fields read together; all must be known, or the category is unknown.
        means: Word -> shrunk mean, log pay.
        counts: Word -> total weight of the records that say it.
    """

    def __init__(
        self, fields: tuple[str, ...], means: Mapping[str, float], counts: Mapping[str, float]
    ) -> None:
        self.fields = fields
        self.means = dict(means)
        self.counts = dict(counts)
        self._codes = {word: float(code) for code, word in enumerate(self.means)}
        self._rows = {
            word: (self._codes[word], self.means[word], self.counts[word]) for word in self.means
        }
        name = "+".join(fields)
        self.columns = (
            Column(f"{name}:code", fields[-1], categorical=True),
            Column(f"{name}:mean", fields[-1]),
            Column(f"{name}:count", fields[-1]),
        )

    @classmethod
    def fit(
        cls,
        fields: tuple[str, ...],
        frame: pl.DataFrame,
        folds: int,
        *,
        prior: float = 10.0,
        least: float = 2.0,
    ) -> tuple[Self, np.ndarray]:
        """Return the categories fitted on ``frame``, and its own rows encoded cross-fitted.

        Args:
            fields: The fields read together.
            frame: Inputs and ``__target``, ``__weight``, ``__fold``.
            folds: How many folds ``__fold`` counts.
            prior: Weight of the average record that shrinks a mean.
            least: A word with less weight than this is treated as never seen.

        Returns:
            The categories; float32, shape (rows, 3), for the rows of ``frame``.
        """
        keyed = frame.select(word(fields).alias("word"), "__target", "__weight", "__fold")
        weighted = (
            keyed.drop_nulls("word")
            .group_by("word", "__fold")
            .agg(
                (pl.col("__target") * pl.col("__weight")).sum().alias("total"),
                pl.col("__weight").sum().alias("weight"),
            )
        )
        whole = weighted.group_by("word").agg(pl.col("total", "weight").sum()).sort("word")
        seen = whole.filter(pl.col("weight") >= least)
        fitted = cls(
            fields,
            dict(seen.select("word", pl.col("total") / (pl.col("weight") + prior)).iter_rows()),
            dict(seen.select("word", "weight").iter_rows()),
        )
        outside = (
            seen.join(pl.DataFrame({"__fold": range(folds)}), how="cross")
            .join(weighted, on=("word", "__fold"), how="left", suffix="_in")
            .with_columns(
                # Where many say a word, a row's own pay is lost in its mean, and leaving the fold
                # out would rather tell the trees which fold a row is in.
                pl.when(pl.col("weight") < MANY).then(pl.col("total_in", "weight_in").fill_null(0)),
            )
            .select(
                "word",
                pl.col("__fold").cast(keyed.schema["__fold"]),
                mean=(pl.col("total") - pl.col("total_in").fill_null(0))
                / (pl.col("weight") - pl.col("weight_in").fill_null(0) + prior),
                count="weight",
            )
        )
        own = keyed.select("word", "__fold").join(
            outside, on=("word", "__fold"), how="left", maintain_order="left"
        )
        codes = own.select(
            pl.col("word").replace_strict(fitted._codes, default=None, return_dtype=pl.Float64),
            "mean",
            "count",
        )
        return fitted, codes.fill_null(NAN).to_numpy().astype(np.float32)

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, 3): code, mean, count; NaN for a word never seen."""
        words = frame.select(word(self.fields).alias("word"))
        table = pl.DataFrame(
            {
                "word": list(self._rows),
                "code": [row[0] for row in self._rows.values()],
                "mean": [row[1] for row in self._rows.values()],
                "count": [row[2] for row in self._rows.values()],
            },
            schema={"word": pl.String, "code": pl.Float64, "mean": pl.Float64, "count": pl.Float64},
        )
        found = words.join(table, on="word", how="left", maintain_order="left").drop("word")
        return found.fill_null(NAN).to_numpy().astype(np.float32)

    def encode_one(self, record: Mapping[str, Any]) -> tuple[float, float, float]:
        """Return code, mean and count for one record."""
        words = [given for field in self.fields if (given := record.get(field)) is not None]
        known = len(words) == len(self.fields)
        return self._rows.get(SEPARATOR.join(words), UNSEEN) if known else UNSEEN

    def state(self) -> dict[str, Any]:
        """Return what ``from_state`` needs, as plain JSON."""
        return {
            "fields": list(self.fields),
            "words": {word: [self.means[word], self.counts[word]] for word in self.means},
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the categories that ``state`` was taken from."""
        words = state["words"]
        return cls(
            tuple(state["fields"]),
            {word: row[0] for word, row in words.items()},
            {word: row[1] for word, row in words.items()},
        )


UNSEEN = (NAN, NAN, NAN)


def word(fields: tuple[str, ...]) -> pl.Expr:
    """Return the fields read together as one word; null when any of them is unknown."""
    return pl.concat_str(*(pl.col(field) for field in fields), separator=SEPARATOR)
