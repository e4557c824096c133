"""Each row of a table with its answers, while the next rows are being read."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import polars as pl
from polars.exceptions import PolarsError

from data.errors import SourceError
from data.inputs import Rows, read_rows
from data.load import require_columns
from data.recognition import Recogniser
from data.sources import Source
from serving.calibration import groups
from serving.model import CompensationModel
from serving.scoring.answers import Answers
from serving.scoring.reader import Batch, Table

if TYPE_CHECKING:
    from serving.scoring.events import Events

T = TypeVar("T")


class Ready(NamedTuple):
    """A batch, and its rows as they were read."""

    batch: Batch
    rows: Rows


@dataclass(frozen=True, slots=True)
class Scorer:
    """Answers the rows of a table.

    Attributes:
        source: The format of the table.
        recogniser: What reads its words.
        model: What predicts.
        answers: The columns that are added.
        as_of: The day of rows that name none.
        pay_basis: What is predicted for all rows; None for what each row says, else ``total``.
        events: Keeps an event of each row; None keeps none.
    """

    source: Source
    recogniser: Recogniser
    model: CompensationModel
    answers: Answers
    as_of: date
    pay_basis: str | None = None
    events: "Events | None" = None

    def scored(self, table: Table) -> Iterator[Batch]:
        """Yield the rows of the ``table`` in order, its columns as they are, with their answers.

        Raises:
            SourceError: Some rows cannot be read.
            LogFullError: No event of them can be kept, and they are refused then.
        """
        first = 1
        for batch, rows in one_ahead(self.read(table)):
            inputs, problems = rows.inputs, rows.problems
            encoded = self.model.encoder.encode(inputs)
            cents = self.answers.cents(self.model, inputs, encoded, problems)
            if self.events is not None:
                self.events.add(rows, encoded, groups(inputs), cents)
            answers = self.answers.told(cents, problems, first)
            yield Batch(batch.frame.hstack(answers), batch.done)
            first += inputs.height

    def read(self, table: Table) -> Iterator[Ready]:
        """Yield the rows of the ``table`` in order, read but not yet answered.

        Raises:
            SourceError: Some rows cannot be read.
        """
        before = 0
        for batch in table.batches():
            raw = known(table, batch.frame)
            try:
                rows = read_rows(
                    self.source, raw, self.recogniser, as_of=self.as_of, pay_basis=self.pay_basis
                )
            except PolarsError as error:
                first = str(error).splitlines()[0]
                raise SourceError(
                    f"{table.path}: rows {before + 1:,} to {before + raw.height:,} cannot be read "
                    f"as {self.source.name} ({first})"
                ) from error
            before += raw.height
            yield Ready(batch, rows)


def require_scorable(table: Table, source: Source, answers: Answers) -> None:
    """Check, before any work, that the ``table`` can be read as ``source`` and take ``answers``.

    Raises:
        SourceError: It has no rows, lacks a column that the source needs, or has one that is
            called as an answer is.
    """
    answers.require_free(table.header, table.path)
    require_columns(known(table, table.first()), source, table.path, pay=False)


def not_read(table: Table, source: Source) -> tuple[str, ...]:
    """Return the columns of the ``table`` that name a protected attribute, which is never used."""
    return source.protected_among(known(table, table.schema.to_frame()).columns)


def known(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with its columns called as sources know them: no spaces around a name."""
    names = zip(frame.columns, table.header, strict=True)
    return frame.rename({column: name.strip() or column for column, name in names})


def one_ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield ``items``, the next of which is made in a thread while one is being used.

    Reading words is Python's work and trees are LightGBM's, which lets Python go on meanwhile.
    """
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(next, items, None)
        while (item := made.result()) is not None:
            made = thread.submit(next, items, None)
            yield item
