"""Our own matrix: what our location and scale learn from, given to a peer."""

import numpy as np
import polars as pl

from features.encoder import Encoder
from training.benchmark.forms.form import Form
from training.config import Config
from training.split import folds_of


def encoded(records: pl.DataFrame, seed: int) -> tuple[Form, np.ndarray]:
    """Return our encoder fitted on ``records``, and their cross-fitted rows."""
    fold = folds_of(records["group_id"], Config().folds, np.random.default_rng(seed))
    log_pay = np.log(records["pay_usd"].to_numpy())
    return Encoder.fit(records, log_pay, records["weight"].to_numpy(), fold)
