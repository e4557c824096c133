"""Trees walked by lignum, whose nodes lie close together: a prediction waits for memory less.

Its answers equal LightGBM's bit for bit but where a value is infinite: it stands for the largest
number then, which every threshold sends the same way.
"""

import atexit
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakSet

import lignum
import numpy as np

from data.errors import ArtifactError

LARGEST = 1e300

BLOCK = 1024
"""Rows walked at once: what is written of them as lignum reads it is still in the cache then."""


class LignumTrees:
    """Trees that answer for one row, or for many at once, with equal numbers.

    Args:
        text: The model in LightGBM's text format.

    Raises:
        ArtifactError: The text is not a model lignum can read.
    """

    def __init__(self, text: str) -> None:
        with TemporaryDirectory(prefix="paylens-") as folder:
            path = Path(folder, "model.txt")
            path.write_text(text, encoding="utf-8")
            try:
                self._model = lignum.load(str(path), format="lightgbm")
            except (IndexError, RuntimeError, ValueError) as error:
                raise ArtifactError(f"no LightGBM model that can be read ({error})") from error
        self.width: int = self._model.n_features
        _LOADED.add(self)

    def predict_one(self, row: np.ndarray) -> float:
        """Return the prediction for ``row``, float32, shape (width,)."""
        wide = np.minimum(row, LARGEST, dtype=np.float64)
        return float(self._model.predict(wide, n_jobs=1, strategy="serial")[0])

    def predict(self, rows: np.ndarray, threads: int = 1) -> np.ndarray:
        """Return float64, shape (rows,), for ``rows``, float32, shape (rows, width)."""
        answer = np.empty(len(rows), dtype=np.float64)
        for start in range(0, len(rows), BLOCK):
            part = slice(start, start + BLOCK)
            wide = np.minimum(rows[part], LARGEST, dtype=np.float64)
            answer[part] = self._model.predict(wide, n_jobs=threads)
        return answer


_LOADED: WeakSet[LignumTrees] = WeakSet()


@atexit.register
def _let_go() -> None:
    """Let go of what is loaded: lignum tells of each model that outlives the interpreter."""
    for trees in list(_LOADED):
        del trees._model  # noqa: SLF001 - our own
