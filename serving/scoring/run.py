"""A table file scored into another: what the command line and the service both do."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from rich.console import Console

from data.errors import TooLargeError
from serving.scoring.answers import PROBLEM
from serving.scoring.reader import Batch, Table
from serving.scoring.scorer import Scorer, require_scorable
from serving.scoring.tally import Tally, counted
from serving.scoring.writer import require_writable, write


@dataclass(frozen=True, slots=True)
class Run:
    """A table about to be scored.

    Attributes:
        table: What is read.
        out: The file to write, replaced when complete.
        scorer: What answers the rows.
        safe: Whether cells that a spreadsheet would run are made plain text.
        most_rows: More are refused; None for any number.
    """

    table: Table
    out: Path
    scorer: Scorer
    safe: bool = False
    most_rows: int | None = None

    @property
    def schema(self) -> pl.Schema:
        """Return the columns that are written, and their types."""
        return pl.Schema({**self.table.schema, **self.scorer.answers.types})

    def require(self) -> None:
        """Check, before any work, that the table can be read and scored, and ``out`` written.

        Raises:
            SourceError: It cannot; the message says the way out.
        """
        require_scorable(self.table, self.scorer.source, self.scorer.answers)
        require_writable(self.out, self.schema)

    def score(self, tally: Tally, console: Console) -> None:
        """Write every row with its answers, counted in ``tally``.

        Raises:
            SourceError: Some rows cannot be read, or not be written.
            TooLargeError: There are more than ``most_rows``.
        """
        answers = self.scorer.answers
        problem = f"{answers.prefix}{PROBLEM}"
        batches = self.within(self.scorer.scored(self.table))
        write(
            self.out,
            counted(batches, self.table.size, problem, tally, console),
            self.schema,
            [*self.table.header, *answers.types],
            marked=self.table.marked,
            safe=self.safe,
        )

    def within(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Yield ``batches`` while their rows are not too many."""
        rows = 0
        for batch in batches:
            rows += batch.frame.height
            if self.most_rows is not None and rows > self.most_rows:
                raise TooLargeError(
                    f"{self.table.path}: more than {self.most_rows:,} rows, the most that are "
                    "taken at once; split the file"
                )
            yield batch
