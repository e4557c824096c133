"""How far a run is, and what came of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from serving.scoring.reader import Batch


@dataclass
class Tally:
    """What came of the rows so far.

    Attributes:
        rows: How many there were.
        problems: How many of them have a problem.
        first: The first problem, with the number of its row.
    """

    rows: int = 0
    problems: int = 0
    first: str = ""

    def add(self, problems: pl.Series) -> None:
        """Count further rows by what is wrong with each; null where all is well."""
        broken = problems.is_not_null()
        if not self.problems and broken.any():
            row = broken.arg_max() or 0
            self.first = f"row {self.rows + row + 1:,}: {problems[row]}"
        self.rows += len(problems)
        self.problems += int(broken.sum())


def counted(
    batches: Iterator[Batch], size: int, problem: str, tally: Tally, console: Console
) -> Iterator[pl.DataFrame]:
    """Yield the rows of ``batches``, counting them in ``tally`` and showing how far we are.

    Args:
        batches: Scored rows.
        size: Of the whole table, in the unit that a batch tells its progress in.
        problem: The column that says what is wrong with a row.
        tally: Where they are counted.
        console: Where a progress bar is drawn; nowhere unless it is a terminal.
    """
    columns = TextColumn("{task.description:<24}"), BarColumn(), TaskProgressColumn()
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("scoring", total=size)
        for batch in batches:
            tally.add(batch.frame[problem])
            progress.update(task, completed=batch.done, description=f"{tally.rows:,} rows")
            yield batch.frame
