"""How what a fit takes grows with its rows."""

import math
from collections.abc import Sequence


def exponent(rows: Sequence[int], taken: Sequence[float]) -> float:
    """Return the power of the rows that ``taken`` grew by, from the first to the last.

    >>> exponent([50_000, 200_000, 1_000_000], [10.0, 44.0, 200.0])
    1.0

    Args:
        rows: Rising.
        taken: Seconds, say, with so many rows.
    """
    return math.log(taken[-1] / taken[0]) / math.log(rows[-1] / rows[0])


def expected(rows: Sequence[int], taken: Sequence[float], more: int) -> float:
    """Return what ``more`` rows would take, grown on as it grew before.

    From one size it grows as the rows do.

    >>> expected([50_000], [10.0], 200_000)
    40.0
    """
    power = exponent(rows, taken) if len(rows) > 1 else 1.0
    answer: float = taken[-1] * (more / rows[-1]) ** power
    return answer
