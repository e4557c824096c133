"""What a model must beat: the look-up that pay sites show, and a ridge regression.

Both predict quantiles of log pay from the same inputs, and both are used in reports only.
"""

from collections.abc import Sequence
from typing import Protocol, Self

import numpy as np
import polars as pl
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

CELLS: tuple[tuple[str, ...], ...] = (
    ("pay_basis", "role", "seniority", "years", "metro"),
    ("pay_basis", "role", "seniority", "years", "country"),
    ("pay_basis", "role", "years", "country"),
    ("pay_basis", "role", "country"),
    ("pay_basis", "role"),
    ("pay_basis",),
)
"""The cells of the look-up, finest first."""

YEARS = (0, 1, 3, 5, 8, 12, 18)
"""Lower ends of the bands of experience; below the first it is unknown."""

LEAST = 10
"""A cell with fewer records answers through the next coarser one."""

WORDS = (
    "role",
    "specialisation",
    "seniority",
    "track",
    "company",
    "company_level",
    "company_stage",
    "industry",
    "country",
    "region",
    "metro",
    "education",
    "employment_type",
    "pay_basis",
)
NUMBERS = ("years_experience", "years_at_company", "company_size", "remote_share", "year")


class Baseline(Protocol):
    """Anything that predicts quantiles of log pay from inputs."""

    def quantiles(self, inputs: pl.DataFrame, levels: Sequence[float]) -> np.ndarray:
        """Return quantiles of log pay, shape (rows, levels)."""


class LookUp:
    """The quantiles of role by seniority by experience by place, backing off where few are."""

    def __init__(self, records: pl.DataFrame) -> None:
        self._told = _told(records).with_columns(pay=records["pay_usd"].log())

    @classmethod
    def fit(cls, records: pl.DataFrame) -> Self:
        """Return the look-up of ``records``."""
        return cls(records)

    def quantiles(self, inputs: pl.DataFrame, levels: Sequence[float]) -> np.ndarray:
        """Return quantiles of log pay, shape (rows, levels)."""
        asked = _told(inputs)
        answer = np.full((inputs.height, len(levels)), np.nan)
        for cell in CELLS:
            open_rows = np.isnan(answer[:, 0])
            table = (
                self._told.group_by(cell)
                .agg(pl.len().alias("n"), *(_quantile(level) for level in levels))
                .filter(pl.col("n") >= LEAST)
                .drop("n")
            )
            found = asked.select(cell).join(
                table, on=cell, how="left", nulls_equal=True, maintain_order="left"
            )
            own = found.drop(cell).to_numpy()
            answer[open_rows] = own[open_rows]
        everyone = self._told.select(_quantile(level) for level in levels).to_numpy()
        return np.where(np.isnan(answer), everyone, answer)


class OneHotRidge:
    """Ridge regression on one-hot words and splines of numbers, with its residuals' quantiles."""

    def __init__(self, records: pl.DataFrame) -> None:
        frame, pay = _told(records), np.log(records["pay_usd"].to_numpy())
        # Out-of-fold residuals: those of the rows a ridge was fitted on are too small.
        fitted = cross_val_predict(_ridge(), _columns(frame), pay, cv=4)
        self._residuals = pay - fitted
        self._ridge = _ridge().fit(_columns(frame), pay)

    @classmethod
    def fit(cls, records: pl.DataFrame) -> Self:
        """Return the ridge fitted on ``records``."""
        return cls(records)

    def quantiles(self, inputs: pl.DataFrame, levels: Sequence[float]) -> np.ndarray:
        """Return quantiles of log pay, shape (rows, levels)."""
        location = self._ridge.predict(_columns(_told(inputs)))
        answer: np.ndarray = location[:, None] + np.quantile(self._residuals, levels)[None, :]
        return answer


def _told(inputs: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("observed_on")
    bands = np.digitize(inputs["years_experience"].fill_null(-1.0).to_numpy(), YEARS)
    return inputs.with_columns(
        pl.Series("years", bands),
        (day.dt.year() + day.dt.month() / 12).alias("year"),
    )


def _quantile(level: float) -> pl.Expr:
    return pl.col("pay").quantile(level, "linear").alias(str(level))


def _columns(frame: pl.DataFrame) -> np.ndarray:
    # A number stands for each word: sorting words themselves is most of a fit. 53 bits are exact.
    words = frame.select((pl.col(WORDS).hash() // 2048).cast(pl.Float64))
    numbers = frame.select(pl.col(NUMBERS).cast(pl.Float64))
    return np.hstack([words.to_numpy(), numbers.to_numpy()])


def _ridge() -> Pipeline:
    words = slice(0, len(WORDS))
    numbers = slice(len(WORDS), len(WORDS) + len(NUMBERS))
    return make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore", min_frequency=3), words),
            (
                make_pipeline(
                    SimpleImputer(keep_empty_features=True, add_indicator=False),
                    StandardScaler(),
                    SplineTransformer(n_knots=6),
                ),
                numbers,
            ),
        ),
        Ridge(alpha=1.0),
    )
