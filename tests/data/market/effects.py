"""What a drawn population shows, with how sure one can be of it."""

import math
from dataclasses import dataclass

import polars as pl

SURE = 4.0
"""Standard errors: a true statement fails once in 15,000 draws."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure's natural log and its standard error."""

    log: float
    error: float

    @property
    def figure(self) -> float:
        return math.exp(self.log)

    @property
    def lowest(self) -> float:
        return math.exp(self.log - SURE * self.error)

    @property
    def highest(self) -> float:
        return math.exp(self.log + SURE * self.error)


def median(people: pl.DataFrame, column: str = "total") -> Estimate:
    """Return the median; its standard error is sqrt(pi/2) times the mean's, as for a normal log."""
    logs = people.select(pl.col(column).log()).to_series()
    spread = logs.std()
    assert isinstance(spread, float)
    return Estimate(
        float(logs.quantile(0.5, "linear") or 0.0),
        math.sqrt(math.pi / 2) * spread / math.sqrt(len(logs)),
    )


def ratio(people: pl.DataFrame, having: pl.Expr, column: str, *alike: str) -> Estimate:
    """Return how ``column`` differs between those ``having`` something and others ``alike``.

    The within estimator: both sides less their mean among people who share all of ``alike``.
    Source: Wooldridge, Econometric Analysis of Cross Section and Panel Data (2010), section 10.5.
    """
    centred = people.select(
        having.cast(pl.Float64).alias("x"), pl.col(column).log().alias("y"), *alike
    ).select(pl.col("x", "y") - pl.col("x", "y").mean().over(alike))
    x, y = centred["x"].to_numpy(), centred["y"].to_numpy()
    slope = float((x * y).sum() / (x * x).sum())
    residual = y - slope * x
    return Estimate(
        slope, math.sqrt(float((x * x * residual * residual).sum())) / float((x * x).sum())
    )
