"""What stays for as long as the process: the garbage collector need not look at it again and again.

Vocabularies, schemas and a model are some hundred thousand objects. A full round of the collector
visits each of them, and requests wait for it.
"""

import ctypes
import gc
from typing import Self


def settle() -> None:
    """Leave everything there is to its reference counts, which free it as before."""
    gc.collect(1)  # what is young and forgotten is thrown away first: it would stay
    gc.freeze()
    # Loading a model takes twice its memory for a moment, which glibc keeps unless it is asked.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


class Settled:
    """Settles when the block begins, and undoes it at the end."""

    def __enter__(self) -> Self:
        settle()
        return self

    def __exit__(self, *_: object) -> None:
        gc.unfreeze()
