"""How sure the median itself is: from the folds' disagreement to an error that was checked.

Boosters that each left a part out disagree by less than they all err: they share what trees of
their size cannot follow. How much less was found in a simulation with a known truth
(``training.certainty``), band by band of the disagreement.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

NORMAL_95 = 1.959963984540054
"""Standard errors on either side of the median that hold 95 % of a normal distribution."""


@dataclass(frozen=True)
class Certainty:
    """What a disagreement of the folds comes to, as a standard error of log pay.

    Attributes:
        spreads: Disagreements, rising, all above 0.
        errors: The standard error at each of them, never falling.
    """

    spreads: Sequence[float]
    errors: Sequence[float]

    @classmethod
    def plain(cls) -> Self:
        """Return the certainty that takes a disagreement at its word."""
        return cls([1.0], [1.0])

    def error(self, spread: float) -> float:
        """Return the standard error for a ``spread``; beyond the ends the ratio stays.

        >>> Certainty([0.1, 0.2], [0.15, 0.25]).error(0.15)
        0.2
        """
        place = bisect_right(self.spreads, spread)
        if place == 0:
            return spread * self.errors[0] / self.spreads[0]
        if place == len(self.spreads):
            return spread * self.errors[-1] / self.spreads[-1]
        low, high = self.spreads[place - 1], self.spreads[place]
        share = (spread - low) / (high - low)
        return self.errors[place - 1] + share * (self.errors[place] - self.errors[place - 1])

    def interval(self, location: float, error: float) -> tuple[float, float]:
        """Return the ends of the 95 % interval of the median, USD a year.

        Args:
            location: Log of the median, USD a year.
            error: Its standard error, log pay.
        """
        median, reach = math.exp(location), math.exp(NORMAL_95 * error)
        return median / reach, median * reach
