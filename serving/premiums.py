"""What a skill goes along with in pay, as measured; and how sure that makes a what-if.

An association among people alike in everything else that is known, not what learning it would earn.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from serving.certainty import NORMAL_95


@dataclass(frozen=True, slots=True)
class Ratio:
    """A factor on pay with the ends of its 95 % interval."""

    factor: float
    lower: float
    upper: float

    @classmethod
    def of(cls, log_factor: float, error: float) -> "Ratio":
        """Return the ratio of a log factor and its standard error.

        >>> Ratio.of(0.0, 0.0)
        Ratio(factor=1.0, lower=1.0, upper=1.0)
        """
        reach = NORMAL_95 * error
        return cls(math.exp(log_factor), math.exp(log_factor - reach), math.exp(log_factor + reach))

    @property
    def shown(self) -> bool:
        """Return whether the data show any difference: the interval does not hold 1."""
        return not self.lower <= 1.0 <= self.upper


@dataclass(frozen=True, slots=True)
class Premium:
    """What was measured of one skill.

    Attributes:
        n: Records that list it.
        measured: Mean difference of log pay that goes along with it, all else alike.
        error: Standard error of ``measured``.
        modelled: Mean difference of log pay that the model makes for those who list it.
    """

    n: int
    measured: float
    error: float
    modelled: float

    @property
    def average(self) -> Ratio:
        """Return the measured premium, on average over those who list the skill."""
        return Ratio.of(self.measured, self.error)

    def what_if(self, log_factor: float) -> Ratio:
        """Return the model's difference for one person, as sure as the measured one allows.

        Where the model strays from what was measured, its difference is told with as much less
        certainty.

        Args:
            log_factor: Log of the model's median with the skill over that without.
        """
        return Ratio.of(log_factor, math.hypot(self.error, self.modelled - self.measured))


Premiums = Mapping[str, Premium]
"""Skill -> what was measured of it."""


def read_premiums(state: Mapping[str, Mapping[str, float]]) -> dict[str, Premium]:
    """Return the premiums that ``state``, plain JSON, was taken from."""
    return {
        skill: Premium(int(of["n"]), of["measured"], of["error"], of["modelled"])
        for skill, of in state.items()
    }
