"""The months after a model's last one, judged month by month as they would have come.

Each month is judged with what was known on its first day: the model as it was fitted, and the
outcomes that had come in by then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from serving.calibration import POOLED, Calibration
from serving.horizon import SCALE_DRIFT, widened
from serving.model import CompensationModel
from training.evaluate import score
from training.metrics import LEVELS
from training.outcomes import Outcomes, first_day, outcomes
from training.recalibrate import STILL, moved, moves_of, standing_year


@dataclass(frozen=True, slots=True)
class Method:
    """A way of meeting time: recalibrate each month or not, widen with time or not."""

    recalibrates: bool
    widens: bool


METHODS: Mapping[str, Method] = {
    "static": Method(recalibrates=False, widens=False),
    "widened": Method(recalibrates=False, widens=True),
    "recalibrated": Method(recalibrates=True, widens=False),
    "both": Method(recalibrates=True, widens=True),
}
"""Name -> method; "widened" is what a served model does, "both" when it is recalibrated monthly."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Which outcomes a recalibration uses.

    Attributes:
        window: Months of outcomes, the latest that are known.
        delay: Whole months that pass before a month's outcomes are known.
    """

    window: int = 3
    delay: int = 1

    def last(self, month: int) -> int:
        """Return the last month whose outcomes are known on the first day of ``month``."""
        return month - 1 - self.delay

    def known(self, months: np.ndarray, month: int) -> np.ndarray:
        """Return whether outcomes of each of ``months`` are used in ``month``, bool, (rows,)."""
        last = self.last(month)
        return (months <= last) & (months > last - self.window)


def replay(model: CompensationModel, later: pl.DataFrame, pace: Pace) -> Iterator[pl.DataFrame]:
    """Yield one table a month of ``later``, records after the model's last month.

    Each has a row a method: ``month``, ``method``, ``n``, ``outcomes`` (their number known by
    then), ``years`` (since the model's last month), ``coverage_80``, ``coverage_90``,
    ``pinball_loss``, ``mean_residual`` and ``variance`` of the residuals around the median.
    """
    seen = outcomes(model, later)
    learned = model.encoder.numbers.latest_year
    for month in map(int, np.unique(seen.month)):
        now = seen.where(seen.month == month)
        recent = seen.where(pace.known(seen.month, month))
        found = moves_of(model.calibration, recent)
        n = found.get(POOLED, STILL).n
        fresh = moved(model.calibration, found)
        since = standing_year(learned, pace.last(month) / 12, n)
        rows = []
        for name, method in METHODS.items():
            calibration = fresh if method.recalibrates else model.calibration
            stood = since if method.recalibrates else learned
            years = max(month / 12 - stood, 0.0) if method.widens else 0.0
            rows.append(
                {
                    "month": first_day(month),
                    "method": name,
                    "n": len(now.log_pay),
                    "outcomes": len(recent.log_pay),
                    "years": month / 12 - learned,
                    **judged(now, calibration, years),
                }
            )
        yield pl.DataFrame(rows)


def judged(now: Outcomes, calibration: Calibration, years: float) -> dict[str, float]:
    """Return how ``calibration``, widened for ``years``, did on the outcomes ``now``."""
    offsets = np.array([calibration.offset(name) for name in now.groups])
    median = now.location + offsets
    scale = widened(now.scale, np.full(len(now.scale), years), SCALE_DRIFT)
    quantiles = median[:, None] + scale[:, None] * calibration.quantiles(now.groups, LEVELS)
    metrics = score(now.log_pay, quantiles)
    residuals = now.log_pay - median
    kept = ("coverage_80", "coverage_90", "pinball_loss")
    return {name: metrics[name] for name in kept} | {
        "mean_residual": float(residuals.mean()),
        "variance": float(residuals.var()),
    }
