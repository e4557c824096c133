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


def means(records: pl.DataFrame, seed: int) -> tuple[Form, np.ndarray]:
    """Return ``encoded`` without category codes: means and counts alone.

    For libraries that have no categories, or (CatBoost) fare better without ours.
    """
    form, matrix = encoded(records, seed)
    kept = [place for place, column in enumerate(form.columns) if not column.categorical]
    return Means(form, kept), matrix[:, kept]


class Means:
    """Some columns of another form."""

    def __init__(self, form: Form, kept: list[int]) -> None:
        self._form = form
        self._kept = kept
        self.columns = tuple(form.columns[place] for place in kept)

    def encode(self, frame: pl.DataFrame) -> np.ndarray:
        """Return float32, shape (rows, len(columns)); NaN where nothing is known."""
        return self._form.encode(frame)[:, self._kept]
