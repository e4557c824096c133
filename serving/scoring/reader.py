"""A table file read a batch of rows at a time, its cells as they stand in it."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import polars as pl
from polars.exceptions import PolarsError

from data.errors import SourceError
from data.table import csv_header, read_table, require_file
from serving.scoring.csv_blocks import csv_blocks, read_header

ROWS = 20_000
"""Most rows of a batch."""


class Batch(NamedTuple):
    """Some rows, and how much of the table (of its ``size``) is read with them."""

    frame: pl.DataFrame
    done: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table file, of which no more than a batch lies in memory.

    Attributes:
        path: Where it lies.
        header: Its columns as it calls them, with whatever spaces stand around a name.
        schema: The columns of a batch, whose names are distinct, and their types.
        size: In bytes for a CSV, in rows for others.
        read: Starts to read it.
        marked: It is a CSV with the mark by which Excel knows UTF-8.
    """

    path: Path
    header: tuple[str, ...]
    schema: pl.Schema
    size: int
    read: Callable[[], Iterator[Batch]]
    marked: bool = False

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in order, at most ``ROWS`` at a time; a table without rows yields none.

        Raises:
            SourceError: Some rows cannot be read.
        """
        try:
            yield from self.read()
        except (OSError, PolarsError, csv.Error) as error:
            raise unreadable(self.path, error) from error

    def first(self) -> pl.DataFrame:
        """Return the first batch, empty where there are no rows.

        Raises:
            SourceError: It cannot be read.
        """
        return next((batch.frame for batch in self.batches()), self.schema.to_frame())


def open_table(path: Path) -> Table:
    """Return the table at ``path``; of a CSV or Parquet file nothing but the head is read.

    Raises:
        SourceError: It is no table file that can be read (``data.table``).
    """
    require_file(path)
    try:
        match path.suffix.lower():
            case ".csv":
                return open_csv(path)
            case ".parquet":
                return open_parquet(path)
            case _:
                return open_sheet(path)
    except (OSError, PolarsError, csv.Error) as error:
        raise unreadable(path, error) from error


def open_csv(path: Path) -> Table:
    """Return the CSV at ``path``, whose columns are all text.

    Raises:
        SourceError: It is not UTF-8, has no header, or is not separated by commas.
        OSError: It cannot be opened.
        PolarsError: Its header is broken in another way.
    """
    names = tuple(csv_header(path))
    header, marked = read_header(path)
    schema = pl.read_csv(header, infer_schema=False).schema
    read = partial(csv_batches, path, len(names))
    return Table(path, names, schema, path.stat().st_size, read, marked)


def csv_batches(path: Path, width: int) -> Iterator[Batch]:
    """Yield the rows of the CSV at ``path``, whose header has ``width`` columns."""
    for frame, done in csv_blocks(path, width):
        for piece in frame.iter_slices(ROWS):
            yield Batch(piece, done)


def open_parquet(path: Path) -> Table:
    """Return the Parquet file at ``path``.

    Raises:
        OSError: It cannot be opened.
        PolarsError: It is broken.
    """
    # The name is not a pattern, and its folders are no columns.
    scan = pl.scan_parquet(path, glob=False, hive_partitioning=False)
    schema, rows = scan.collect_schema(), scan.select(pl.len()).collect().item()
    return Table(path, tuple(schema), schema, rows, partial(parquet_batches, scan, rows))


def parquet_batches(scan: pl.LazyFrame, rows: int) -> Iterator[Batch]:
    """Yield the ``rows`` rows of ``scan``."""
    for start in range(0, rows, ROWS):
        frame = scan.slice(start, ROWS).collect()
        yield Batch(frame, start + frame.height)


def open_sheet(path: Path) -> Table:
    """Return the workbook at ``path``, read whole: it has 1,048,576 rows at most.

    Raises:
        SourceError: It has several sheets, or is broken.
    """
    sheet = read_table(path)
    return Table(
        path, tuple(sheet.columns), sheet.schema, sheet.height, partial(sheet_batches, sheet)
    )


def sheet_batches(sheet: pl.DataFrame) -> Iterator[Batch]:
    """Yield the rows of ``sheet``."""
    done = 0
    for frame in sheet.iter_slices(ROWS):
        done += frame.height
        yield Batch(frame, done)


def unreadable(path: Path, error: Exception) -> SourceError:
    """Return what is said of the table at ``path`` where reading it ended in ``error``."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return SourceError(f"{path}: not a readable {path.suffix.lower()[1:]} file ({first})")
