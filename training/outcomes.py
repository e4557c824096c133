"""Pay that became known after a fit, beside what the model made of it: what recalibration eats."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from serving.model import CompensationModel


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Records of pay with the location and scale of a model; all shapes (rows,).

    Attributes:
        log_pay: Log of USD a year.
        location: Log of USD a year, without the calibration's offset.
        scale: Spread of log pay, as in the last month the model learned from: not widened.
        weight: Weight of each record.
        month: Month of each record, ``month_of``.
        groups: Calibration group of each record.
    """

    log_pay: np.ndarray
    location: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    month: np.ndarray
    groups: list[str]

    @property
    def residuals(self) -> np.ndarray:
        """Return ``log_pay - location``, shape (rows,)."""
        return self.log_pay - self.location

    def where(self, own: np.ndarray) -> "Outcomes":
        """Return the rows that ``own``, bool, shape (rows,), keeps."""
        return Outcomes(
            self.log_pay[own],
            self.location[own],
            self.scale[own],
            self.weight[own],
            self.month[own],
            [self.groups[row] for row in np.flatnonzero(own)],
        )


def outcomes(model: CompensationModel, records: pl.DataFrame) -> Outcomes:
    """Return ``records`` (``data.record.RECORD_TYPES``) beside what ``model`` makes of them."""
    # Asked as of the last month learned from, which the location is anyway: nothing is widened.
    last = pl.lit(_first_day(model.encoder.numbers.latest_year))
    seen = model.predict(records.with_columns(pl.min_horizontal("observed_on", last)), ())
    offsets = np.array([model.calibration.offset(name) for name in seen.groups])
    return Outcomes(
        log_pay=np.log(records["pay_usd"].to_numpy()),
        location=seen.location - offsets,
        scale=seen.scale,
        weight=records["weight"].to_numpy(),
        month=months_of(records["observed_on"]),
        groups=seen.groups,
    )


def month_of(day: date) -> int:
    """Return ``day`` as a count of months; divided by 12 it is ``features.numbers.year_of``.

    >>> month_of(date(2021, 7, 31)) / 12
    2021.5
    """
    return day.year * 12 + day.month - 1


def months_of(days: pl.Series) -> np.ndarray:
    """Return ``month_of`` of each of ``days``, int64, shape (rows,)."""
    return (days.dt.year().cast(pl.Int64) * 12 + days.dt.month() - 1).to_numpy()


def first_day(month: int) -> date:
    """Return the first day of ``month``, a count of months.

    >>> first_day(month_of(date(2021, 7, 31)))
    datetime.date(2021, 7, 1)
    """
    return date(month // 12, month % 12 + 1, 1)


def _first_day(year: float) -> date | None:
    return None if np.isnan(year) else first_day(round(year * 12))
