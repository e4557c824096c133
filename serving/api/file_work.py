"""The work on one file: scored in a process of its own, every row of it in the decision log."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from starlette.concurrency import run_in_threadpool

from data.money import usd_rate
from serving.api.caller import Caller
from serving.api.file_answer import headers
from serving.api.file_request import FileOptions
from serving.api.once import Made, fingerprint_of
from serving.api.upload import Upload
from serving.limits import MEGABYTE, Limits
from serving.log.event import head
from serving.log.held import Written
from serving.scoring.digest import sha256_of
from serving.scoring.job import Job
from serving.scoring.keeping import Keeping
from serving.scoring.process import Gone, score
from serving.service import Service


@dataclass(frozen=True, slots=True)
class Work:
    """One upload to be scored, and who asks for it."""

    service: Service
    limits: Limits
    stages: Path | None
    upload: Upload
    options: FileOptions
    caller: Caller

    def fingerprint(self, out: str) -> str:
        """Return a digest of all that the answer depends on."""
        content = bytes.fromhex(sha256_of(self.upload.path))
        return fingerprint_of(
            "files", self.upload.suffix, out, self.options.model_dump_json(), content
        )

    async def score(self, out: str, gone: Gone | None) -> Made:
        """Return the scored table, once the events of all its rows are sure to reach the log.

        Args:
            out: The end of its name.
            gone: Returns when nobody waits for it any more (``serving.scoring.process.score``).

        Raises:
            PaylensError: The file is refused.
            CallerGone: Nobody waits any more.
        """
        began_ns, answer = time.time_ns(), uuid4().hex
        live, folder = self.service.champion.live, self.upload.path.parent
        day = self.options.as_of or datetime.now(UTC).date()
        usd_rate(self.options.currency, day)
        with self.service.hold(answer) as held:
            # The very model in service, whatever takes its place meanwhile.
            await run_in_threadpool(live.model.save, folder / "model")
            keeping = None
            if held is not None:
                first = head(answer, "file", began_ns, self.caller, live.version)
                keeping = Keeping(
                    str(held.folder.absolute()), held.room, held.refuse, first, began_ns
                )
            job = self.job(answer, out, day, keeping)
            told = await score(job, gone)
            if held is not None:
                held.release(Written(**told["kept"]))
        return Made(folder / job.out, headers(answer, self.upload.name, out, live.version, told))

    def job(self, answer: str, out: str, day: date, keeping: Keeping | None) -> Job:
        """Return what the process is to do.

        Args:
            answer: Id of the answer.
            out: The end of the scored table's name.
            day: Of rows that name none.
            keeping: How an event of each row is kept.
        """
        options, folder = self.options, self.upload.path.parent
        return Job(
            folder=str(folder),
            table=self.upload.path.name,
            out=f"out{out}",
            model=str(folder / "model"),
            stages=str(self.stages.absolute()) if self.stages else None,
            percentiles=options.levels,
            coverage=options.coverage,
            prefix=options.prefix,
            pay_basis=options.pay_basis,
            as_of=day.isoformat(),
            currency=options.currency,
            most_rows=self.limits.file_rows,
            most_memory=self.limits.file_memory_megabytes * MEGABYTE,
            answer=answer,
            keeping=keeping,
        )
