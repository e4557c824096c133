"""The process that scores a file: ``python -m serving.scoring.child FOLDER`` reads its job.

What a file costs in memory is given back when its process ends, a file that breaks its reader
breaks nothing else, and whoever waits no longer can end it at any moment.
"""

import json
import os
import resource
import shutil
import sys
import threading
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from data.errors import PaylensError, TooLargeError
from data.money import usd_rate
from data.recognition import Recogniser
from data.sources import source_named
from data.stages import Stages
from data.table import require_unpacked
from serving.model import CompensationModel
from serving.scoring.answers import Answers
from serving.scoring.events import Events
from serving.scoring.job import Job, refused
from serving.scoring.memory import give_back_large
from serving.scoring.reader import open_table
from serving.scoring.room import no_room
from serving.scoring.run import Run
from serving.scoring.scorer import Scorer, not_read
from serving.scoring.tally import Tally

NICENESS = 10
"""A single prediction goes before a file wherever both want the same core."""


def scored(job: Job) -> dict[str, Any]:
    """Return what came of the job: rows, problems, the first problem, columns not read, events.

    Raises:
        SourceError: The file cannot be read or scored.
        TooLargeError: It has too many rows, or unpacks to too much.
        LogFullError: No event of it can be kept, and it is refused then.
    """
    path, day = Path(job.folder, job.table), date.fromisoformat(job.as_of)
    require_unpacked(path, job.most_memory)
    table, source = open_table(path), source_named("table")
    model = CompensationModel.load(Path(job.model))
    rate = None if job.currency == "USD" else usd_rate(job.currency, day)
    answers = Answers(job.percentiles, job.coverage, job.prefix, model.synthetic, rate, job.answer)
    events = Events(job.keeping, job.question(rate)) if job.keeping else None
    words = Recogniser(Stages.read(Path(job.stages)) if job.stages else Stages())
    scorer = Scorer(source, words, model, answers, day, job.pay_basis, events)
    out = Path(job.folder, job.out)
    run = Run(table, out, scorer, safe=True, most_rows=job.most_rows)
    run.require()
    tally = Tally()
    run.score(tally, Console(stderr=True))
    kept = events.end(path, out, tally.rows, tally.problems) if events else None
    return {**asdict(tally), "not_read": not_read(table, source), "kept": kept}


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
    give_back_large()
    resource.setrlimit(resource.RLIMIT_DATA, (job.most_memory, job.most_memory))
    threading.Thread(target=die_with_parent, args=(folder,), daemon=True).start()
    try:
        told = scored(job)
    except MemoryError:
        told = refused(job, TooLargeError(f"{job.table}: it needs more memory than a file may"))
    except PaylensError as error:
        told = refused(job, error)
    except OSError as error:
        told = refused(job, no_room(error))
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    # Nothing is left to do, and the thread that reads never ends.
    os._exit(0)


if __name__ == "__main__":
    main()
