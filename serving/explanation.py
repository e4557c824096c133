"""What each thing that was told does to a prediction: Shapley values over fields, by a few orders.

Everything that is known of a person is put, field by field, into a row of which nothing is known;
what a field changes depends on those before it, so it is averaged over several orders. Exact
Shapley values would need every order, and LightGBM's own (``pred_contrib``) explain columns rather
than fields, start from an average person and take many times as long.

Source: Castro, Gomez and Tejada 2009 (sampled orders); Mitchell, Cooper, Frank and Holmes 2022
(each order beside its reverse).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np

from features.column import Column
from features.encoder import Encoder
from serving.booster import Booster

ORDERS = 4
"""Orders that are averaged: one, the same begun at its middle, and the reverse of both.

So each field comes early and late alike, which errs by a quarter less than four drawn orders.
"""

GIVEN = "pay_basis"
"""What is asked and not told: the row of which nothing is known has it already."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A prediction as a sum.

    Attributes:
        baseline: Raw prediction where nothing is known.
        added: Field that is known -> what it adds, the largest first.
    """

    baseline: float
    added: Mapping[str, float]


class Explainer:
    """Explains the predictions of one booster.

    Args:
        nothing: The encoded row of which nothing is known, float32, shape (columns,).
        columns: The columns of the row.
    """

    def __init__(self, nothing: np.ndarray, columns: tuple[Column, ...]) -> None:
        names = [column.field for column in columns]
        self._places = {
            name: np.array([place for place, each in enumerate(names) if each == name])
            for name in dict.fromkeys(names)
        }
        self._nothing = nothing

    @classmethod
    def of(cls, encoder: Encoder) -> Self:
        """Return the explainer of rows of ``encoder``."""
        return cls(encoder.encode_one({}), encoder.columns)

    def explain(self, booster: Booster, row: np.ndarray) -> Explanation:
        """Return what each known field adds to the raw prediction of ``row``.

        The baseline and all that is added sum to the prediction. A field whose columns are those
        of the row of which nothing is known is left out: it adds nothing.

        Args:
            booster: What predicts.
            row: float32, shape (columns,).
        """
        start = self._nothing.copy()
        if GIVEN in self._places:
            start[self._places[GIVEN]] = row[self._places[GIVEN]]
        known = [
            name
            for name, places in self._places.items()
            if not np.array_equal(row[places], start[places], equal_nan=True)
        ]
        orders = orders_of(len(known))
        rows = np.tile(start, (1 + orders.size, 1))
        for number, order in enumerate(orders):
            block = rows[1 + number * len(known) :][: len(known)]
            for place, field in enumerate(order):
                places = self._places[known[field]]
                block[place:, places] = row[places]
        said = booster.predict(rows)
        added = np.zeros(len(known))
        for number, order in enumerate(orders):
            block = said[1 + number * len(known) :][: len(known)]
            added[order] += np.diff(block, prepend=said[0])
        mean = {name: float(each) / len(orders) for name, each in zip(known, added, strict=True)}
        return Explanation(float(said[0]), dict(sorted(mean.items(), key=lambda it: -abs(it[1]))))


@cache
def orders_of(count: int) -> np.ndarray:
    """Return the orders in which ``count`` fields are put in, int, shape (``ORDERS``, count).

    The same ones each time, so that an explanation can be worked out again.
    """
    drawn = np.random.default_rng(count).permutation(count)
    halves = np.array([drawn, np.roll(drawn, count // 2)])
    return np.concatenate([halves, halves[:, ::-1]]).reshape(ORDERS, count)
