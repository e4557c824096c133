"""What a scored row is told: percentiles, an interval, components, or what is wrong with it."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from data.errors import SourceError
from serving.model import CompensationModel, Predictions

COMPONENTS = ("predicted_base", "predicted_bonus", "predicted_equity")
PROBLEM = "problem"
SYNTHETIC = "synthetic"
ALL_THREADS = 0
"""LightGBM's word for as many threads as OpenMP gives (``OMP_NUM_THREADS``, else every core)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The columns that are added to each row.

    Amounts are USD a year, rounded to the cent; base, bonus and equity add up to the median. A row
    with a problem has no amounts.

    Attributes:
        percentiles: Which ones, 1 to 99, rising.
        coverage: Of the interval from ``lower`` to ``upper``, 0 to 1.
        prefix: What the names of the columns begin with.
        synthetic: Whether the model learned from invented people, which each row then says.
    """

    percentiles: tuple[int, ...]
    coverage: float
    prefix: str = ""
    synthetic: bool = False

    @property
    def types(self) -> pl.Schema:
        """Return the columns and their types."""
        amounts = (*(f"p{each}" for each in self.percentiles), "median", "lower", "upper")
        kinds: dict[str, pl.DataType] = dict.fromkeys((*amounts, *COMPONENTS), pl.Float64())
        kinds |= {PROBLEM: pl.String()} | ({SYNTHETIC: pl.Boolean()} if self.synthetic else {})
        return pl.Schema({f"{self.prefix}{name}": kind for name, kind in kinds.items()})

    def require_free(self, columns: Collection[str], path: Path) -> None:
        """Check that none of the ``columns`` of the table at ``path`` is called as an answer is.

        Raises:
            SourceError: Some are; the message offers a prefix.
        """
        names = {column.strip() for column in columns}
        taken = [name for name in self.types if name in names]
        if taken:
            raise SourceError(
                f"{path}: it has columns called {', '.join(map(repr, taken))} already; give the "
                f"new ones other names, such as with --prefix {self.prefix}paylens_"
            )

    def of(
        self, model: CompensationModel, inputs: pl.DataFrame, problems: pl.Series
    ) -> pl.DataFrame:
        """Return the answers (``types``) of ``model`` to each row.

        Args:
            model: What predicts.
            inputs: What a prediction may know of each row (``data.record.INPUT_TYPES``).
            problems: What is wrong with each row; null where all is well.
        """
        tail = (1 - self.coverage) / 2
        levels = [each / 100 for each in self.percentiles]
        predictions = model.predict(inputs, [*levels, tail, 1 - tail], ALL_THREADS)
        names = [name for name, kind in self.types.items() if kind == pl.Float64]
        mark = [pl.lit(value=True).alias(f"{self.prefix}{SYNTHETIC}")] if self.synthetic else []
        return pl.DataFrame(in_cents(predictions, len(levels)) / 100, schema=names).select(
            *(pl.when(problems.is_null()).then(pl.col(name).fill_nan(None)) for name in names),
            problems.alias(f"{self.prefix}{PROBLEM}"),
            *mark,
        )


def in_cents(predictions: Predictions, percentiles: int) -> np.ndarray:
    """Return percentiles, median, lower, upper, base, bonus and equity in whole US cents.

    Args:
        predictions: With the two ends of the interval after the percentiles.
        percentiles: How many there are.
    """
    quantiles = np.rint(100 * predictions.quantiles)
    median = np.rint(100 * predictions.median)
    # A model of the base alone may round it over the total; the bonus is what is left.
    base = np.minimum(np.rint(100 * predictions.components[:, 0]), median)
    equity = np.minimum(np.rint(100 * predictions.components[:, 2]), median - base)
    return np.column_stack(
        [
            quantiles[:, :percentiles],
            median,
            quantiles[:, percentiles:],
            base,
            median - base - equity,
            equity,
        ]
    )
