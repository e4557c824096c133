"""What a reliability label means: how far off, and how well covered, people with it were."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from serving.model import CompensationModel
from serving.prediction import Predictions
from serving.support import LABELS, Said
from training.evaluate import STATED, ends, inside
from training.metrics import LEVELS, median_absolute_percentage_error

MOST = 3000
"""Held-out people judged: as they are and with each mask, which is seven times as many."""

Meaning = Mapping[str, Mapping[str, float]]
"""Label -> ``records``, ``median_absolute_percentage_error``, ``coverage_80``, ``coverage_90``."""


def meaning(model: CompensationModel, asked: pl.DataFrame, predicted: Predictions) -> Meaning:
    """Return what was measured of each label on held-out records, the best label first.

    Args:
        model: What judges.
        asked: The records in every way (``training.every_way.every_way``), shape (rows,).
        predicted: Of each, at ``LEVELS``, shape (rows,).
    """
    people = asked["record_id"].unique(maintain_order=True)
    some = people.sample(min(MOST, len(people)), seed=0)
    rows = np.flatnonzero(asked["record_id"].is_in(some.implode()).to_numpy())
    asked, predictions = asked[rows], predicted.of(rows)
    labels = np.array(
        [
            model.support.judge(record, Said(scale, median)).label
            for record, scale, median in zip(
                asked.iter_rows(named=True),
                predictions.scale.tolist(),
                predictions.median.tolist(),
                strict=True,
            )
        ]
    )
    return measured(labels, np.log(asked["pay_usd"].to_numpy()), np.log(predictions.quantiles))


def measured(labels: np.ndarray, log_pay: np.ndarray, quantiles: np.ndarray) -> Meaning:
    """Return error and coverage of the rows of each label that there is.

    Args:
        labels: Label of each row, shape (rows,).
        log_pay: Shape (rows,).
        quantiles: Predicted quantiles of log pay at ``LEVELS``, shape (rows, levels).
    """
    found: dict[str, dict[str, float]] = {}
    for label in reversed(LABELS):
        own = labels == label
        if not own.any():
            continue
        median = quantiles[own, LEVELS.index(0.5)]
        told: dict[str, Any] = {
            "records": float(own.sum()),
            "median_absolute_percentage_error": median_absolute_percentage_error(
                log_pay[own], median
            ),
        }
        for stated in STATED:
            lower, upper = ends(quantiles[own], stated)
            told[f"coverage_{stated * 100:.0f}"] = float(inside(log_pay[own], lower, upper).mean())
        found[label] = told
    return found
