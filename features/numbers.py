"""Fields that are numbers already, or become one by a rank or a date."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

import numpy as np
import polars as pl

from data.vocabulary import vocabulary
from features.column import Column

NUMBERS = ("years_experience", "years_at_company", "company_size", "remote_share")
RANKED = {"seniority": "seniorities", "education": "educations", "company_stage": "company_stages"}
RISING = frozenset({"years_experience", "seniority"})
NAN = float("nan")


class Numbers:
    """Numbers as they are, ranks of ordered words, and the day as a year with a fraction.

    Nothing is learned from the target; the latest day seen is kept, since a tree says nothing of
    what comes after it.
    """

    def __init__(self, latest_year: float) -> None:
        self.latest_year = latest_year
        self._ranks = {
            field: {key: float(entry.attributes["rank"]) for key, entry in vocabulary(name).items()}
            for field, name in RANKED.items()
        }
        self.columns = (
            *(Column(field, field, rising=field in RISING) for field in NUMBERS),
            *(Column(f"{field}:rank", field, rising=field in RISING) for field in RANKED),
            Column("observed_on:year", "observed_on"),
        )

    @classmethod
    def fit(cls, frame: pl.DataFrame) -> Self:
        """Return the numbers of ``frame``, remembering its latest day."""
        latest = frame["observed_on"].max()
        return cls(year_of(latest) if isinstance(latest, date) else NAN)

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, len(columns)); NaN where nothing is known."""
        day = pl.col("observed_on")
        year = day.dt.year() + (day.dt.month() - 1) / 12.0
        return (
            frame.select(
                *(pl.col(field).cast(pl.Float64) for field in NUMBERS),
                *(
                    pl.col(field).replace_strict(ranks, default=None, return_dtype=pl.Float64)
                    for field, ranks in self._ranks.items()
                ),
                # A row without a day stays empty: min_horizontal alone would give the latest.
                pl.when(day.is_not_null()).then(pl.min_horizontal(year, self.latest_year)),
            )
            .fill_null(NAN)
            .to_numpy()
            .astype(np.float32)
        )

    def encode_one(self, record: Mapping[str, Any]) -> list[float]:
        """Return the same numbers for one record."""
        row = [NAN if record.get(field) is None else float(record[field]) for field in NUMBERS]
        row += [ranks.get(record.get(field) or "", NAN) for field, ranks in self._ranks.items()]
        day = record.get("observed_on")
        row.append(min(year_of(day), self.latest_year) if day else NAN)
        return row

    def state(self) -> dict[str, Any]:
        """Return what ``from_state`` needs, as plain JSON."""
        return {"latest_year": self.latest_year}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the numbers that ``state`` was taken from."""
        return cls(state["latest_year"])


def year_of(day: date) -> float:
    """Return ``day`` as a year with its month as a fraction: July 2021 is 2021.5."""
    return day.year + (day.month - 1) / 12.0
