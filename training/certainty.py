"""How sure the median is, checked where the truth is known: in a simulation of the model itself.

The fitted model is taken for the truth, pay is drawn from it for the very people it learned from,
and another model learns from those draws. Where that one's median lies against the known one says
by how much the folds' disagreement is too small.

Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", section 6.5 (the parametric
bootstrap).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.encoder import Encoder
from serving.booster import Booster
from serving.calibration import LEVELS
from serving.certainty import NORMAL_95, Certainty
from serving.model import CompensationModel
from training.config import Config
from training.sample import Sample
from training.split import folds_of
from training.trees import Rows

BANDS = 5
"""Bands of the disagreement, each with as many people."""

STREAM = int.from_bytes(b"certainty")
"""A stream of random numbers of its own: drawn pay must not hang on who was given which mask."""

COVERED = 0.95
"""Share of known medians that the interval is to hold."""

AIMED = 0.96
"""Share that it holds in its own simulation.

The model that stands in for the truth there has learned from noisy pay and is smoother than the
truth. Aimed at 95 % the interval held less than that where the truth was another model's
(``docs/decisions/0022``, ``paylens-train check-median``).
"""

PARTS = 5
"""One part of the people is judged, the others are learned from."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """Draws of pay from a known truth.

    Attributes:
        log_pay: Drawn log pay, shape (rows,).
        log_median: The known median of log pay, shape (rows,).
    """

    log_pay: np.ndarray
    log_median: np.ndarray


def simulated(model: CompensationModel, inputs: pl.DataFrame, level: np.ndarray) -> Simulated:
    """Return pay drawn from what ``model`` predicts of ``inputs``, taken for the truth.

    Args:
        model: The truth.
        inputs: Of each row.
        level: The quantile level drawn for each row, 0 to 1, shape (rows,).
    """
    predicted = model.predict(inputs, (), components=False)
    drawn = np.empty(len(level))
    names = np.array(predicted.groups)
    for name in np.unique(names):
        own = names == name
        drawn[own] = np.interp(level[own], LEVELS, model.calibration.table(str(name)))
    return Simulated(predicted.location + predicted.scale * drawn, predicted.location)


def certainty(
    model: CompensationModel,
    sample: Sample,
    grow_location: Callable[[Rows], Booster],
    config: Config,
) -> Certainty:
    """Return what disagreements of the folds come to.

    Args:
        model: The fitted model.
        sample: What it learned from.
        grow_location: What grows a location such as the model's.
        config: Every choice.
    """
    rng = np.random.default_rng((config.seed, STREAM))
    record = sample.frame["record_id"].rank("dense").to_numpy().astype(np.int64) - 1
    whole = ~sample.frame["is_copy"].to_numpy()
    level = rng.random(record.max() + 1)[record[whole]]
    truth = simulated(model, sample.inputs.filter(whole), level)
    # A copy is its record, said with fewer words: it has its record's pay.
    pay = np.empty(record.max() + 1)
    pay[record[whole]] = truth.log_pay
    judged = folds_of(sample.group_ids, PARTS, rng) == 0
    learned = sample.filter(~judged)
    encoder, matrix = Encoder.fit(
        learned.inputs,
        pay[record[~judged]],
        learned.weight,
        folds_of(learned.group_ids, config.folds, rng),
    )
    rows = Rows(matrix, pay[record[~judged]], learned.weight, encoder.columns)
    booster = grow_location(rows)
    asked = sample.inputs.filter(judged & whole)
    off = booster.predict(encoder.encode(asked)) - truth.log_median[judged[whole]]
    spread = np.exp(model.boosters["spread"].predict(model.encoder.encode(asked)))
    return banded(np.abs(off), spread)


def banded(off: np.ndarray, spread: np.ndarray) -> Certainty:
    """Return the standard error by band of ``spread`` at which ``AIMED`` of ``off`` are covered.

    Args:
        off: Distance of the median from the known one, log pay, shape (rows,).
        spread: The folds' disagreement, log pay, above 0, shape (rows,).
    """
    ends = np.quantile(spread, np.arange(1, BANDS) / BANDS)
    band = np.digitize(spread, ends)
    kept = [number for number in range(BANDS) if (band == number).any()]
    spreads = [float(np.median(spread[band == number])) for number in kept]
    found = [
        float(np.quantile(off[band == number] / spread[band == number], AIMED)) for number in kept
    ]
    errors = np.array(spreads) * np.array(found) / NORMAL_95
    distinct, first = np.unique(spreads, return_index=True)
    return Certainty(distinct.tolist(), np.maximum.accumulate(errors[first]).tolist())
