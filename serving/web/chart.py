"""The distribution of pay as a drawing: where everything lies, in percent of its width and height.

Percentages let the drawing follow the page's width while its lettering keeps its size.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

PAD = 0.06
"""Room beside the outermost percentiles, as a share of the span between them."""


@dataclass(frozen=True, slots=True)
class Block:
    """The people between two neighbouring percentiles: as many in each, so narrow ones are high."""

    x: float
    width: float
    height: float
    inside: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A round amount and its place."""

    x: float
    amount: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Where everything lies, in percent from the left; ``own`` is None without one's own pay."""

    blocks: tuple[Block, ...]
    ticks: tuple[Tick, ...]
    lower: float
    median: float
    upper: float
    own: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an amount falls: ``where`` is "below" or "above" the percentile, or "at" about it."""

    where: str
    percentile: int


def levels_of(percentiles: Mapping[str, int]) -> dict[int, int]:
    """Return level (5 for "p5") -> amount, rising."""
    return dict(sorted((int(name.removeprefix("p")), pay) for name, pay in percentiles.items()))


def draw(
    percentiles: Mapping[str, int], median: int, lower: int, upper: int, own: float | None
) -> Chart:
    """Return the drawing of a distribution.

    Args:
        percentiles: Amounts by name: "p5", "p10" …; at least two.
        median: The amount marked as the median.
        lower: Lower end of the range; blocks within the range stand out.
        upper: Upper end of the range.
        own: One's own pay; beyond the drawing it is pinned to the edge.
    """
    amounts = list(levels_of(percentiles).values())
    pad = max((amounts[-1] - amounts[0]) * PAD, 1.0)
    left, right = amounts[0] - pad, amounts[-1] + pad

    def place(amount: float) -> float:
        return round(100 * min(max((amount - left) / (right - left), 0.0), 1.0), 2)

    pairs = [(a, b) for a, b in pairwise(amounts) if b > a]
    narrowest = min((b - a for a, b in pairs), default=1)
    blocks = tuple(
        Block(
            place(a),
            round(place(b) - place(a), 2),
            round(100 * narrowest / (b - a), 2),
            inside=lower <= a and b <= upper,
        )
        for a, b in pairs
    )
    return Chart(
        blocks,
        tuple(Tick(place(amount), amount) for amount in _round_amounts(left, right)),
        place(lower),
        place(median),
        place(upper),
        None if own is None else place(own),
    )


def stand(percentiles: Mapping[str, int], own: float) -> Standing:
    """Return where ``own`` falls, on straight lines between the percentiles.

    >>> stand({"p25": 100, "p50": 120, "p75": 150}, 110)
    Standing(where='at', percentile=38)
    """
    known = levels_of(percentiles)
    levels, amounts = list(known), list(known.values())
    if own < amounts[0]:
        return Standing("below", levels[0])
    if own > amounts[-1]:
        return Standing("above", levels[-1])
    return Standing("at", round(float(np.interp(own, amounts, levels))))


def _round_amounts(left: float, right: float) -> Iterator[float]:
    """Return three to six round amounts between ``left`` and ``right``."""
    size = 10 ** math.floor(math.log10((right - left) / 3))
    step = max(size * n for n in (1, 2, 5) if size * n <= (right - left) / 3)
    number = math.ceil(max(left, 0) / step)
    while number * step <= right:
        yield number * step
        number += 1
