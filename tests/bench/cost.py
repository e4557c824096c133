"""What a command costs in a process of its own: time, processor time and peak memory."""

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from tests.bench.cores import pinned
from tests.bench.process import peak
from tests.bench.servers import ROOT

LOOK_SECONDS = 0.02
ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "MKL_NUM_THREADS",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost.

    Attributes:
        seconds: From the start of its process to its end.
        processor_seconds: Of its process, start and end included.
        megabytes: The most memory of it that lay in RAM at once.
        said: Its last line on standard output.
    """

    seconds: float
    processor_seconds: float
    megabytes: float
    said: str


def cost(
    command: Sequence[str],
    core: int | None,
    seconds: float | None = None,
) -> Cost:
    """Return what ``command`` costs, on one thread.

    Args:
        command: What to run.
        core: The processor core it runs on; None for any.
        seconds: After so many it is ended; None never.

    Raises:
        TimeoutError: It was ended.
        RuntimeError: It failed; the message is the end of what it said.
    """
    environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONPATH": str(ROOT)}
    begun, most = time.perf_counter(), 0.0
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        subprocess.Popen(
            [*pinned(core), *command], stdout=out, stderr=err, env=environment
        ) as process,
    ):
        try:
            ended, status = 0, 0
            while not ended:
                # What the kernel tells at its end counts the memory of whoever started it too.
                most = max(most, peak(process.pid))
                taken = time.perf_counter() - begun
                if seconds is not None and taken > seconds:
                    raise TimeoutError(f"{command[-1]}: ended after {taken:.0f} s")
                time.sleep(LOOK_SECONDS)
                ended, status, used = os.wait4(process.pid, os.WNOHANG)
            taken = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                process.kill()
        said, wrong = _end_of(out), _end_of(err)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {process.returncode} {wrong}")
    lines = said.strip().splitlines()
    return Cost(taken, used.ru_utime + used.ru_stime, most, lines[-1] if lines else "")


def _end_of(file: IO[str]) -> str:
    file.seek(0)
    return file.read()[-2000:]
