"""What is asked of paylens beside what was measured, as every section of the page shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from training.benchmark.markdown import NONE, table


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing asked of paylens.

    Attributes:
        asked: What, in words.
        measured: What was measured; None where it was not.
        bound: The least that is enough, or the most that is allowed.
        at_least: Whether it is the least.
        form: How the measured number is written.
    """

    asked: str
    measured: float | None
    bound: float
    at_least: bool = True
    form: str = "{:,.2f}"

    @property
    def cells(self) -> list[str]:
        """Return the row of the page's table: in bold where it is missed.

        >>> Goal("rows/s over the others'", 0.7, 0.8).cells
        ["rows/s over the others'", '0.70', '≥ 0.8', '**no**']
        """
        bound = f"{'≥' if self.at_least else '≤'} {self.bound:g}"
        if self.measured is None:
            return [self.asked, NONE, bound, "not measured"]
        is_met = self.measured >= self.bound if self.at_least else self.measured <= self.bound
        return [self.asked, self.form.format(self.measured), bound, "yes" if is_met else "**no**"]


def goals(them: Iterable[Goal]) -> str:
    """Return the Markdown table of ``them``."""
    return table(["asked", "measured", "goal", "met"], [each.cells for each in them])


def ratio(mine: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of each round, in which both were measured.

    >>> ratio([2.0, 4.0, 9.0], [1.0, 2.0, 3.0])
    2.0
    """
    return median(one / other for one, other in zip(mine, theirs, strict=True))
