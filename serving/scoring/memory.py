"""Memory that a long run lets go of goes back to the system at once."""

import ctypes
import sys

MMAP_THRESHOLD = -3
"""``M_MMAP_THRESHOLD`` of malloc.h."""

LARGE_BYTES = 2**23
"""Less than the matrix of a batch, more than what is made over and over while it is walked."""


def give_back_large() -> bool:
    """Have glibc map large pieces of memory apart from others; return whether it will.

    Left alone it learns from the first such piece to keep the next ones, in a heap for each thread:
    how much a run holds then depends on which thread was first, and grows with its rows.

    Source: mallopt(3), M_MMAP_THRESHOLD.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and bool(mallopt(MMAP_THRESHOLD, LARGE_BYTES))
