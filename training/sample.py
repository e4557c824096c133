"""The rows a model learns from: each record as it is, and as someone would ask who says less."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.record import INPUT_TYPES
from training.config import Config
from training.masks import with_masked_copies
from training.weights import balanced


@dataclass(frozen=True, slots=True)
class Sample:
    """Records with their masked copies, ready to learn from; all shapes (rows,).

    Attributes:
        inputs: Inputs of each row.
        log_pay: Log of USD a year.
        weight: Weight; a record's rows add up to its own.
        group_ids: What must stay in one fold.
    """

    inputs: pl.DataFrame
    log_pay: np.ndarray
    weight: np.ndarray
    group_ids: pl.Series
    origin: np.ndarray


def sampled(records: pl.DataFrame, config: Config, rng: np.random.Generator) -> Sample:
    """Return ``records`` and a masked copy of each that a mask changes."""
    inputs, origin = with_masked_copies(records.select(list(INPUT_TYPES)), config.masks, rng)
    weight = balanced(records).to_numpy()[origin]
    is_copy = np.arange(len(origin)) >= records.height
    has_copy = np.isin(origin, origin[is_copy])
    share = np.where(is_copy, 1 - config.full_share, np.where(has_copy, config.full_share, 1.0))
    log_pay = np.log(records["pay_usd"].to_numpy())[origin]
    return Sample(inputs, log_pay, weight * share, records["group_id"][origin], origin)
