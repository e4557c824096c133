"""What each row gets from boosters that did not see its fold: the raw matter of calibration."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from features.encoder import Encoder
from training.config import Config
from training.sample import Sample
from training.split import folds_of
from training.trees import Rows, grow, grow_until_flat, side_by_side

Tell = Callable[[str], None]
"""Called with a few words after each step, for a progress bar."""

PROBES = 10_000
"""Rows on which the folds' boosters are held against each other: more cost, and tell little."""


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """The location of each row of a sample from the folds that did not see it.

    Attributes:
        location: Log of USD a year, shape (rows,).
        fold: Fold of each row, shape (rows,).
        probes: Row numbers at which all folds' boosters were asked, shape (probes,).
        every: Location of each probe from each fold's booster, shape (folds, probes).
        rounds: Trees a location needs: the folds' mean.
        parameters: LightGBM parameters of the location, as the first fold chose them.
    """

    location: np.ndarray
    fold: np.ndarray
    probes: np.ndarray
    every: np.ndarray
    rounds: int
    parameters: dict[str, Any]

    @property
    def error(self) -> np.ndarray:
        """Return the standard error of the location, log pay, shape (rows,); NaN but at probes."""
        answer = np.full(len(self.location), np.nan)
        answer[self.probes] = jackknife_error(self.every)
        return answer


class Outside(NamedTuple):
    """What a fold's booster says: of its own rows, of the probes, with how many trees, how well."""

    location: np.ndarray
    everywhere: np.ndarray
    trees: int
    loss: float


def out_of_fold(sample: Sample, config: Config, rng: np.random.Generator, tell: Tell) -> OutOfFold:
    """Return out-of-fold locations; the whole encoder is fitted anew inside each fold."""
    inputs, log_pay, weight = sample.inputs, sample.log_pay, sample.weight
    fold = folds_of(sample.group_ids, config.folds, rng)
    inner = [
        folds_of(sample.group_ids.filter(fold != number), config.folds, rng)
        for number in range(config.folds)
    ]
    probes = np.sort(rng.permutation(len(fold))[:PROBES])
    tries = config.locations_for(sample.records.height)

    def one(number: int, parameters: dict[str, Any]) -> Outside:
        own = fold == number
        encoder, matrix = Encoder.fit(
            inputs.filter(~own), log_pay[~own], weight[~own], inner[number]
        )
        seen = encoder.encode(inputs.filter(own))
        booster = grow_until_flat(
            Rows(matrix, log_pay[~own], weight[~own], encoder.columns),
            Rows(seen, log_pay[own], weight[own], encoder.columns),
            parameters,
            config.max_rounds,
            config.patience,
            config.seed,
        )
        location = booster.predict(seen)
        loss = float(np.average(np.abs(log_pay[own] - location), weights=weight[own]))
        everywhere = booster.predict(encoder.encode(inputs[probes]))
        return Outside(location, everywhere, booster.trees, loss)

    trials = side_by_side(partial(one, 0), tries)
    best = min(range(len(tries)), key=lambda number: trials[number].loss)
    tell(f"location, fold 1 of {config.folds}")

    def other(number: int) -> Outside:
        outside = one(number, tries[best])
        tell(f"location, fold {number + 1} of {config.folds}")
        return outside

    found = [trials[best], *side_by_side(other, range(1, config.folds))]
    location = np.empty(len(fold))
    for number, outside in enumerate(found):
        location[fold == number] = outside.location
    every = np.array([outside.everywhere for outside in found])
    rounds = round(float(np.mean([outside.trees for outside in found])))
    return OutOfFold(location, fold, probes, every, rounds, tries[best])


def scale_out_of_fold(rows: Rows, fold: np.ndarray, config: Config) -> np.ndarray:
    """Return the scale of each row from a booster that did not see its fold, shape (rows,).

    A scale that saw a row's own residual follows it, and the standardised residuals would have
    thinner tails than those of people to come.
    """
    answer = np.empty(len(fold))

    def one(number: int) -> None:
        own = fold == number
        booster = grow(rows.filter(~own), config.scale, config.scale_rounds, config.seed)
        answer[own] = booster.predict(rows.matrix[own])

    side_by_side(one, range(config.folds))
    return answer


def jackknife_error(every: np.ndarray) -> np.ndarray:
    """Return the standard error of the location, log pay, shape (rows,).

    Args:
        every: Location from each fold's booster, each of which left one fold out,
            shape (folds, rows).

    Source: the delete-a-group jackknife (Kott 2001, equation 1), floored at 0.001 so that its log
    exists where all folds agree.
    """
    folds = every.shape[0]
    variance = (folds - 1) / folds * ((every - every.mean(axis=0)) ** 2).sum(axis=0)
    return np.maximum(np.sqrt(variance), 1e-3)
