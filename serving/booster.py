"""One gradient-boosted tree model: its text in LightGBM's format, and what walks its trees."""

import zlib
from importlib.util import find_spec
from typing import Protocol

import numpy as np


class Trees(Protocol):
    """A way of walking trees."""

    width: int

    def predict_one(self, row: np.ndarray) -> float:
        """Return the prediction for ``row``, float32, contiguous, shape (width,)."""

    def predict(self, rows: np.ndarray, threads: int = 1) -> np.ndarray:
        """Return float64, shape (rows,), for ``rows``, float32, shape (rows, width)."""


class Booster:
    """Trees that answer for one row quickly, or for many at once, with equal numbers.

    Args:
        text: The model in LightGBM's text format.

    Raises:
        ArtifactError: The text is no such model.
    """

    def __init__(self, text: str) -> None:
        self._packed = zlib.compress(text.encode(), 1)
        trees = _walked(text)
        self.width = trees.width
        self.trees = text.count("\nTree=")
        self.predict_one = trees.predict_one
        self.predict = trees.predict

    @property
    def text(self) -> str:
        """Return the model in LightGBM's text format: for whoever stores it, so it is packed."""
        return zlib.decompress(self._packed).decode()


def _walked(text: str) -> Trees:
    """Return the trees of ``text``, walked by lignum where it is installed."""
    if find_spec("lignum") is not None:
        from serving.trees.lignum import LignumTrees

        return LignumTrees(text)
    from serving.trees.lightgbm import LightGbmTrees

    return LightGbmTrees(text)
