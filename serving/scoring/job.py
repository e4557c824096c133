"""A file scored in a process of its own: ``python -m serving.scoring.job FOLDER`` reads a job.

What a file costs in memory is given back when its process ends, a file that breaks its reader
breaks nothing else, and whoever waits no longer can end it at any moment.
"""

import json
import os
import resource
import shutil
import sys
import threading
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from rich.console import Console

from data.errors import PaylensError, SourceError, TooLargeError
from data.money import usd_rate
from data.recognition import Recogniser
from data.sources import source_named
from data.stages import Stages
from data.table import require_unpacked
from serving.model import CompensationModel
from serving.scoring.answers import Answers
from serving.scoring.reader import open_table
from serving.scoring.run import Run
from serving.scoring.scorer import Scorer, not_read
from serving.scoring.tally import Tally

NICENESS = 10
"""A single prediction goes before a file wherever both want the same core."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to score.

    Attributes:
        folder: Of this job alone; gone with the process that asked.
        table: Name of the file in it.
        out: Name of the file to write in it.
        model: Folder of the model.
        stages: The table of company stages, if there is one.
        as_of: The day of rows that name none, ISO 8601.
        most_rows: More are refused.
        most_memory: Bytes of memory of the process.
    """

    folder: str
    table: str
    out: str
    model: str
    stages: str | None
    percentiles: tuple[int, ...]
    coverage: float
    prefix: str
    pay_basis: str | None
    as_of: str
    currency: str
    most_rows: int
    most_memory: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the job that ``text`` tells."""
        told = json.loads(text)
        return cls(**{**told, "percentiles": tuple(told["percentiles"])})

    def text(self) -> str:
        """Return the job as one line of JSON."""
        return json.dumps(asdict(self))

    def run(self) -> dict[str, Any]:
        """Return what came of the job: rows, problems, the first problem, columns not read.

        Raises:
            SourceError: The file cannot be read or scored.
            TooLargeError: It has too many rows, or unpacks to too much.
        """
        path, day = Path(self.folder, self.table), date.fromisoformat(self.as_of)
        require_unpacked(path, self.most_memory)
        table, source = open_table(path), source_named("table")
        model = CompensationModel.load(Path(self.model))
        rate = None if self.currency == "USD" else usd_rate(self.currency, day)
        answers = Answers(self.percentiles, self.coverage, self.prefix, model.synthetic, rate)
        words = Recogniser(Stages.read(Path(self.stages)) if self.stages else Stages())
        scorer = Scorer(source, words, model, answers, day, self.pay_basis)
        run = Run(table, Path(self.folder, self.out), scorer, safe=True, most_rows=self.most_rows)
        run.require()
        tally = Tally()
        run.score(tally, Console(stderr=True))
        return {**asdict(tally), "not_read": not_read(table, source)}


def die_with_parent(folder: Path) -> None:
    """End this process, and what it wrote, when the one that started it is gone."""
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def main() -> None:
    """Run the job of the first line of standard input; what came of it is JSON on standard output.

    A file that is refused is told there too, as ``{"error": ..., "kind": ...}``.
    """
    folder = Path(sys.argv[1])
    line = sys.stdin.buffer.readline()
    if not line:
        die_with_parent(folder)
    job = Job.read(line.decode())
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (job.most_memory, job.most_memory))
    threading.Thread(target=die_with_parent, args=(folder,), daemon=True).start()
    try:
        told = job.run()
    except MemoryError:
        told = refused(job, TooLargeError(f"{job.table}: it needs more memory than a file may"))
    except PaylensError as error:
        told = refused(job, error)
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    # Nothing is left to do, and the thread that reads never ends.
    os._exit(0)


def refused(job: Job, error: PaylensError) -> dict[str, Any]:
    """Return how ``error`` is told, the file named without its folder."""
    kind = "too_large" if isinstance(error, TooLargeError) else "source"
    return {"kind": kind, "error": str(error).replace(f"{job.folder}{os.sep}", "")}


def error_of(told: dict[str, Any]) -> PaylensError:
    """Return the error that a process told of (``refused``)."""
    return (TooLargeError if told["kind"] == "too_large" else SourceError)(told["error"])


if __name__ == "__main__":
    main()
