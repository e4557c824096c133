"""What each row gets from boosters that did not see its fold: the raw matter of calibration."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from features.encoder import Encoder
from training.config import Config
from training.sample import Sample
from training.split import folds_of
from training.trees import Rows, grow, grow_until_flat, side_by_side

Tell = Callable[[str], None]
"""Called with a few words after each step, for a progress bar."""


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """The location of each row of a sample from the folds that did not see it.

    Attributes:
        location: Log of USD a year, shape (rows,).
        every: Location of each row from each fold's booster, shape (folds, rows).
        fold: Fold of each row, shape (rows,).
        rounds: Trees a location needs: the folds' mean.
    """

    location: np.ndarray
    every: np.ndarray
    fold: np.ndarray
    rounds: int


def out_of_fold(sample: Sample, config: Config, rng: np.random.Generator, tell: Tell) -> OutOfFold:
    """Return out-of-fold locations; the whole encoder is fitted anew inside each fold."""
    fold = folds_of(sample.group_ids, config.folds, rng)
    inner = [
        folds_of(sample.group_ids.filter(fold != number), config.folds, rng)
        for number in range(config.folds)
    ]

    def one(number: int) -> tuple[np.ndarray, int]:
        own = fold == number
        weight, log_pay = sample.weight, sample.log_pay
        encoder, matrix = Encoder.fit(
            sample.inputs.filter(~own), log_pay[~own], weight[~own], inner[number]
        )
        all_rows = encoder.encode(sample.inputs)
        booster = grow_until_flat(
            Rows(matrix, log_pay[~own], weight[~own], encoder.columns),
            Rows(all_rows[own], log_pay[own], weight[own], encoder.columns),
            config.location,
            config.max_rounds,
            config.patience,
            config.seed,
        )
        tell(f"location, fold {number + 1} of {config.folds}")
        return booster.predict(all_rows), booster.trees

    found = side_by_side(one, range(config.folds))
    every = np.array([locations for locations, _ in found])
    own = every[fold, np.arange(len(fold))]
    return OutOfFold(own, every, fold, round(float(np.mean([trees for _, trees in found]))))


def scale_out_of_fold(rows: Rows, fold: np.ndarray, config: Config) -> np.ndarray:
    """Return the scale of each row from a booster that did not see its fold, shape (rows,).

    A scale that saw a row's own residual follows it, and the standardised residuals would have
    thinner tails than those of people to come.
    """
    answer = np.empty(len(fold))

    def one(number: int) -> None:
        own = fold == number
        seen = Rows(rows.matrix[~own], rows.target[~own], rows.weight[~own], rows.columns)
        booster = grow(seen, config.scale, config.scale_rounds, config.seed)
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
