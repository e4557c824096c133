import subprocess
import sys

import pytest

from tests.bench.process import MEGABYTE

HELD = """
import os, sys
import numpy as np
from serving.scoring.memory import give_back_large
from tests.bench.process import resident

if sys.argv[1] == "asked" and not give_back_large():
    raise SystemExit("this system has no mallopt")
np.ones(3 * 10**6)  # from which glibc would learn to keep the next
before = resident(os.getpid())
pieces = [each for _ in range(8) for each in (np.ones(3 * 10**6), np.ones(10**5))]
del pieces[::2]
print(resident(os.getpid()) - before)
"""


def held(how: str) -> float:
    """The MB that a process still holds of the 192 it has let go of."""
    done = subprocess.run(
        [sys.executable, "-c", HELD, how], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux's")
def test_large_pieces_go_back_to_the_system_between_small_ones() -> None:
    kept_small = 8 * 10**5 * 8 / MEGABYTE
    assert held("asked") < 2 * kept_small
    assert held("not asked") > 10 * kept_small
