"""The rows a model learns from: each record as it is, and as someone would ask who says less."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.record import INPUT_TYPES
from training.config import Config
from training.masks import with_masked_copies
from training.weights import balanced


@dataclass(frozen=True, slots=True)
class Sample:
    """Records with their masked copies, ready to learn from.

    Attributes:
        frame: The columns of a record, in which the inputs of a copy are masked and ``weight`` is
            that of the row (those of a record and its copy add up to its own), and ``is_copy``.
    """

    frame: pl.DataFrame

    @property
    def inputs(self) -> pl.DataFrame:
        """Return the inputs of each row."""
        return self.frame.select(list(INPUT_TYPES))

    @property
    def log_pay(self) -> np.ndarray:
        """Return the log of USD a year, shape (rows,)."""
        return np.log(self.frame["pay_usd"].to_numpy())

    @property
    def weight(self) -> np.ndarray:
        """Return the weight of each row, shape (rows,)."""
        return self.frame["weight"].to_numpy()

    @property
    def group_ids(self) -> pl.Series:
        """Return what must stay in one fold, shape (rows,)."""
        return self.frame["group_id"]

    @property
    def records(self) -> pl.DataFrame:
        """Return the rows that are no copies."""
        return self.frame.filter(~pl.col("is_copy"))

    def filter(self, wanted: np.ndarray) -> "Sample":
        """Return the rows that are ``wanted``, bool, shape (rows,)."""
        return Sample(self.frame.filter(wanted))

    def followed_by(self, other: "Sample") -> "Sample":
        """Return these rows and then those of ``other``."""
        return Sample(pl.concat([self.frame, other.frame]))


def sampled(records: pl.DataFrame, config: Config, rng: np.random.Generator) -> Sample:
    """Return ``records`` and masked copies of a share of them (``config.copied``)."""
    given = records.select(list(INPUT_TYPES))
    inputs, origin = with_masked_copies(given, config.masks, rng, config.copied)
    weight = balanced(records).to_numpy()[origin]
    is_copy = np.arange(len(origin)) >= records.height
    has_copy = np.isin(origin, origin[is_copy])
    share = np.where(is_copy, 1 - config.full_share, np.where(has_copy, config.full_share, 1.0))
    return Sample(
        records.drop(list(INPUT_TYPES))[origin]
        .hstack(inputs)
        .with_columns(pl.Series("weight", weight * share), pl.Series("is_copy", is_copy))
    )
