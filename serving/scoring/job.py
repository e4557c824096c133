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

from data.errors import LogFullError, PaylensError, SourceError, TooLargeError
from data.money import Rate, usd_rate
from data.recognition import Recogniser
from data.sources import source_named
from data.stages import Stages
from data.table import require_unpacked
from serving.model import CompensationModel
from serving.scoring.answers import Answers
from serving.scoring.events import Events, Keeping
from serving.scoring.reader import open_table
from serving.scoring.run import Run
from serving.scoring.scorer import Scorer, not_read
from serving.scoring.tally import Tally

NICENESS = 10
"""A single prediction goes before a file wherever both want the same core."""

KINDS = {"too_large": TooLargeError, "log_full": LogFullError, "source": SourceError}
"""What a process may be told of that refuses a file."""


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
        answer: Id of the answer.
        keeping: How an event of each row is kept; None keeps none.
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
    answer: str
    keeping: Keeping | None

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the job that ``text`` tells."""
        told = json.loads(text)
        keeping = Keeping(**told["keeping"]) if told["keeping"] else None
        return cls(
            **{**told, "percentiles": tuple(told["percentiles"]), "keeping": keeping},
        )

    def text(self) -> str:
        """Return the job as one line of JSON."""
        return json.dumps(asdict(self))

    def run(self) -> dict[str, Any]:
        """Return what came of the job: rows, problems, the first problem, columns not read, events.

        Raises:
            SourceError: The file cannot be read or scored.
            TooLargeError: It has too many rows, or unpacks to too much.
            LogFullError: No event of it can be kept, and it is refused then.
        """
        path, day = Path(self.folder, self.table), date.fromisoformat(self.as_of)
        require_unpacked(path, self.most_memory)
        table, source = open_table(path), source_named("table")
        model = CompensationModel.load(Path(self.model))
        rate = None if self.currency == "USD" else usd_rate(self.currency, day)
        answers = Answers(
            self.percentiles, self.coverage, self.prefix, model.synthetic, rate, self.answer
        )
        events = Events(self.keeping, self.question(rate)) if self.keeping else None
        words = Recogniser(Stages.read(Path(self.stages)) if self.stages else Stages())
        scorer = Scorer(source, words, model, answers, day, self.pay_basis, events)
        out = Path(self.folder, self.out)
        run = Run(table, out, scorer, safe=True, most_rows=self.most_rows)
        run.require()
        tally = Tally()
        run.score(tally, Console(stderr=True))
        kept = events.end(path, out, tally.rows, tally.problems) if events else None
        return {**asdict(tally), "not_read": not_read(table, source), "kept": kept}

    def question(self, rate: Rate | None) -> dict[str, Any]:
        """Return what is asked of all rows, as the decision log keeps it."""
        return {
            "currency": self.currency,
            "usd_rate": rate.usd if rate else 1.0,
            "pay_basis": self.pay_basis,
            "as_of": self.as_of,
            "coverage": self.coverage,
            "percentiles": self.percentiles,
        }


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
    kinds = (kind for kind, known in KINDS.items() if isinstance(error, known))
    return {"kind": next(kinds, "source"), "error": str(error).replace(f"{job.folder}{os.sep}", "")}


def error_of(told: dict[str, Any]) -> PaylensError:
    """Return the error that a process told of (``refused``)."""
    return KINDS[told["kind"]](told["error"])


if __name__ == "__main__":
    main()
