"""Trees walked by LightGBM's own C library: what every other way is held against.

The library is loaded directly: the Python package around it imports pandas and scikit-learn where
they are installed, which costs a service seconds at start and most of its memory.

Source: LightGBM's C API, ``include/LightGBM/c_api.h`` (single-row fast path: since version 3.0).
"""

import ctypes
import weakref
from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from data.errors import ArtifactError

FLOAT32, ROW_MAJOR = 0, 1
NORMAL = 0
SILENT = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(lambda _: None)
ONE_THREAD = b"num_threads=1 verbosity=-1"


@cache
def _library() -> ctypes.CDLL:
    package = find_spec("lightgbm")
    places = package.submodule_search_locations if package else None
    found = sorted(Path(places[0]).glob("*/lib_lightgbm.*")) if places else []
    if not found:
        raise ArtifactError("no LightGBM library found; install paylens[serve]")
    library = ctypes.CDLL(str(found[0]))
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    # What the library would print of an error is in the exception already.
    library.LGBM_RegisterLogCallback(SILENT)
    return library


def _check(code: int) -> None:
    if code:
        raise ArtifactError(f"LightGBM: {_library().LGBM_GetLastError().decode()}")


class LightGbmTrees:
    """Trees that answer for one row, or for many at once, with equal numbers.

    Args:
        text: The model in LightGBM's text format.

    Raises:
        ArtifactError: The text is not a model LightGBM can read.
    """

    def __init__(self, text: str) -> None:
        self._handle = _read(text)
        weakref.finalize(self, _library().LGBM_BoosterFree, self._handle)
        width = ctypes.c_int()
        _check(_library().LGBM_BoosterGetNumFeature(self._handle, ctypes.byref(width)))
        self.width = width.value
        self._one = ctypes.c_void_p()
        _check(
            _library().LGBM_BoosterPredictForMatSingleRowFastInit(
                self._handle,
                NORMAL,
                0,
                -1,
                FLOAT32,
                self.width,
                ONE_THREAD,
                ctypes.byref(self._one),
            )
        )
        weakref.finalize(self, _library().LGBM_FastConfigFree, self._one)
        self._predict_one = _library().LGBM_BoosterPredictForMatSingleRowFast
        self._length = ctypes.c_int64()

    def predict_one(self, row: np.ndarray) -> float:
        """Return the prediction for ``row``, float32, contiguous, shape (width,)."""
        # A place of its own for each call: the library runs without Python's lock, so two threads
        # that shared one would read each other's answers.
        answer = ctypes.c_double()
        _check(
            self._predict_one(
                self._one,
                ctypes.c_void_p(row.ctypes.data),
                ctypes.byref(self._length),
                ctypes.byref(answer),
            )
        )
        return answer.value

    def predict(self, rows: np.ndarray, threads: int = 1) -> np.ndarray:
        """Return float64, shape (rows,), for ``rows``, float32, shape (rows, width)."""
        rows = np.ascontiguousarray(rows, dtype=np.float32)
        answer = np.empty(rows.shape[0], dtype=np.float64)
        if rows.shape[0] == 0:
            return answer
        _check(
            _library().LGBM_BoosterPredictForMat(
                self._handle,
                ctypes.c_void_p(rows.ctypes.data),
                FLOAT32,
                ctypes.c_int32(rows.shape[0]),
                ctypes.c_int32(self.width),
                ROW_MAJOR,
                NORMAL,
                0,
                -1,
                f"num_threads={threads} verbosity=-1".encode(),
                ctypes.byref(self._length),
                ctypes.c_void_p(answer.ctypes.data),
            )
        )
        return answer


def merged(texts: Iterable[str]) -> str:
    """Return the model whose prediction is the sum of those of ``texts``, in the same format.

    Raises:
        ArtifactError: One is not a model LightGBM can read.
    """
    with ExitStack() as opened:
        handles = []
        for text in texts:
            handles.append(_read(text))
            opened.callback(_library().LGBM_BoosterFree, handles[-1])
        for other in handles[1:]:
            _check(_library().LGBM_BoosterMerge(handles[0], other))
        return _text_of(handles[0])


def _read(text: str) -> ctypes.c_void_p:
    handle, iterations = ctypes.c_void_p(), ctypes.c_int()
    _check(
        _library().LGBM_BoosterLoadModelFromString(
            text.encode(), ctypes.byref(iterations), ctypes.byref(handle)
        )
    )
    return handle


def _text_of(handle: ctypes.c_void_p) -> str:
    length = ctypes.c_int64()
    room = 0
    while True:
        buffer = ctypes.create_string_buffer(max(room, 1))
        _check(
            _library().LGBM_BoosterSaveModelToString(
                handle, 0, -1, 0, ctypes.c_int64(room), ctypes.byref(length), buffer
            )
        )
        if length.value <= room:
            return buffer.value.decode()
        room = length.value
