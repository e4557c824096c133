"""What a scored row is told: percentiles, an interval, components, or what is wrong with it."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from data.errors import SourceError
from data.money import Rate
from serving.log.rows import row_id
from serving.model import CompensationModel
from serving.prediction import Predictions

COMPONENTS = ("predicted_base", "predicted_bonus", "predicted_equity")
PROBLEM = "problem"
PREDICTION_ID = "prediction_id"
SYNTHETIC = "synthetic"
CURRENCY = "predicted_currency"
USD_RATE, RATE_DAY = "usd_rate", "usd_rate_day"
ALL_THREADS = 0
"""LightGBM's word for as many threads as OpenMP gives (``OMP_NUM_THREADS``, else every core)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The columns that are added to each row.

    Amounts are a year's, rounded to the cent; base, bonus and equity add up to the median. A row
    with a problem has no amounts. In another currency than USD each row says which, and the rate.

    Attributes:
        percentiles: Which ones, 1 to 99, rising.
        coverage: Of the interval from ``lower`` to ``upper``, 0 to 1.
        prefix: What the names of the columns begin with.
        synthetic: Whether the model learned from invented people, which each row then says.
        rate: Of the currency of the amounts; None for USD.
        file: Id of the answer to the whole file, of which each row then has its own; None for none.
    """

    percentiles: tuple[int, ...]
    coverage: float
    prefix: str = ""
    synthetic: bool = False
    rate: Rate | None = None
    file: str | None = None

    @property
    def types(self) -> pl.Schema:
        """Return the columns and their types."""
        kinds: dict[str, pl.DataType] = dict.fromkeys(self.amounts, pl.Float64())
        kinds |= {PROBLEM: pl.String()} | {
            name: pl.Series([value]).dtype for name, value in self.said.items()
        }
        if self.file is not None:
            kinds[PREDICTION_ID] = pl.String()
        return pl.Schema({f"{self.prefix}{name}": kind for name, kind in kinds.items()})

    @property
    def amounts(self) -> tuple[str, ...]:
        """Return the columns that hold an amount, without the prefix."""
        percentiles = (f"p{each}" for each in self.percentiles)
        return (*percentiles, "median", "lower", "upper", *COMPONENTS)

    @property
    def said(self) -> dict[str, Any]:
        """Return what every row says alike, by the name of its column without the prefix."""
        told: dict[str, Any] = {SYNTHETIC: True} if self.synthetic else {}
        if self.rate is not None:
            told |= {CURRENCY: self.rate.currency, USD_RATE: self.rate.usd, RATE_DAY: self.rate.day}
        return told

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
                f"new ones other names with a prefix, such as {self.prefix}paylens_"
            )

    def of(
        self, model: CompensationModel, inputs: pl.DataFrame, problems: pl.Series
    ) -> pl.DataFrame:
        """Return the answers (``types``) of ``model`` to each row of a table's beginning.

        Args:
            model: What predicts.
            inputs: What a prediction may know of each row (``data.record.INPUT_TYPES``).
            problems: What is wrong with each row; null where all is well.
        """
        encoded = model.encoder.encode(inputs)
        return self.told(self.cents(model, inputs, encoded, problems), problems)

    def cents(
        self,
        model: CompensationModel,
        inputs: pl.DataFrame,
        encoded: np.ndarray,
        problems: pl.Series,
    ) -> pl.DataFrame:
        """Return the amounts of each row in whole cents; null where there is none.

        Args:
            model: What predicts.
            inputs: What a prediction may know of each row.
            encoded: The same as the model sees it.
            problems: What is wrong with each row.
        """
        tail = (1 - self.coverage) / 2
        levels = [each / 100 for each in self.percentiles]
        predictions = model.predict(inputs, [*levels, tail, 1 - tail], ALL_THREADS, encoded)
        cents = in_cents(predictions, len(levels), self.rate.usd if self.rate else 1.0)
        well = problems.is_null()
        return pl.DataFrame(cents, schema=list(self.amounts)).select(
            pl.when(well).then(pl.col(name).fill_nan(None)).cast(pl.Int64) for name in self.amounts
        )

    def told(self, cents: pl.DataFrame, problems: pl.Series, first: int = 1) -> pl.DataFrame:
        """Return the answers (``types``) of each row.

        Args:
            cents: The amounts.
            problems: What is wrong with each row.
            first: Number of the first row in its table, which begins with 1.
        """
        numbers = range(first, first + cents.height)
        ids = [] if self.file is None else [pl.Series([row_id(self.file, n) for n in numbers])]
        names = [f"{self.prefix}{name}" for name in self.amounts]
        # Divided by numpy: Polars multiplies by 0.01, which is not always the nearest.
        return pl.DataFrame(cents.to_numpy() / 100, schema=names).select(
            pl.all().fill_nan(None),
            problems.alias(f"{self.prefix}{PROBLEM}"),
            *(pl.lit(value).alias(f"{self.prefix}{name}") for name, value in self.said.items()),
            *(each.alias(f"{self.prefix}{PREDICTION_ID}") for each in ids),
        )


def in_cents(predictions: Predictions, percentiles: int, usd: float = 1.0) -> np.ndarray:
    """Return percentiles, median, lower, upper, base, bonus and equity in whole cents.

    Args:
        predictions: With the two ends of the interval after the percentiles.
        percentiles: How many there are.
        usd: What a unit of the currency is worth in USD.
    """
    each = 100 / usd
    quantiles = np.rint(each * predictions.quantiles)
    median = np.rint(each * predictions.median)
    # A model of the base alone may round it over the total; the bonus is what is left.
    base = np.minimum(np.rint(each * predictions.components[:, 0]), median)
    equity = np.minimum(np.rint(each * predictions.components[:, 2]), median - base)
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
