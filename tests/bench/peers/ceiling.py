"""The ceilings: what is left of a service when its model costs nothing.

``python -m tests.bench.peers.ceiling`` is our own service, whose model answers a constant: it
lets in, validates, matches, tells and logs like the real thing.
"""

import math
from typing import Any
from unittest.mock import patch

import numpy as np

from serving.__main__ import main
from serving.components import Components
from serving.model import CompensationModel
from serving.prediction import Prediction

PAY = 150_000.0
SAME = Prediction(math.log(PAY), 0.3, 0.02, "total", np.empty(0, dtype=np.float32))


class NoTrees:
    """Stands in for a booster: nothing is loaded, and one number is all it says."""

    width, trees = 0, 0

    def __init__(self, text: str) -> None:
        self.text = text

    def predict(self, rows: np.ndarray, threads: int = 1) -> np.ndarray:  # noqa: ARG002
        """Return the number for each row."""
        return np.full(len(rows), 0.5)


def predict_one(self: CompensationModel, record: dict[str, Any]) -> Prediction:  # noqa: ARG001
    """Return the same prediction for everyone."""
    return SAME


def components(self: CompensationModel, prediction: Prediction) -> Components:  # noqa: ARG001
    """Return the same components for everyone."""
    return Components(0.7 * PAY, 0.1 * PAY, 0.2 * PAY)


if __name__ == "__main__":
    with (
        # Its answers make no sense together, which would be found out.
        patch("serving.champion.load_checked", CompensationModel.load),
        patch("serving.model.Booster", NoTrees),
        patch.object(CompensationModel, "predict_one", predict_one),
        patch.object(CompensationModel, "components", components),
    ):
        main()
