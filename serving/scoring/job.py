"""A file to be scored, as it is told to the process that does it, and how that one refuses it."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Any, Self

from data.errors import LogFullError, PaylensError, RoomError, SourceError, TooLargeError
from data.money import Rate
from serving.scoring.keeping import Keeping

KINDS = {
    "too_large": TooLargeError,
    "log_full": LogFullError,
    "room": RoomError,
    "source": SourceError,
}
"""What a process may be told of that refuses a file; the first that fits."""


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


def refused(job: Job, error: PaylensError) -> dict[str, Any]:
    """Return how ``error`` is told, the file named without its folder."""
    kinds = (kind for kind, known in KINDS.items() if isinstance(error, known))
    return {"kind": next(kinds, "source"), "error": str(error).replace(f"{job.folder}{os.sep}", "")}


def error_of(told: dict[str, Any]) -> PaylensError:
    """Return the error that a process told of (``refused``)."""
    return KINDS[told["kind"]](told["error"])
