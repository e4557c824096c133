"""A table file read a batch of rows at a time, its cells as they stand in it."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

import polars as pl
from polars.exceptions import PolarsError

from data.errors import SourceError
from data.table import csv_header, read_table, require_even_lines, require_file

ROWS = 20_000
"""Most rows of a batch."""

BLOCK_BYTES = 2**22
"""Of CSV text, read at once."""

CELL_LINES = 10_000
"""A quoted cell with more lines than this was left open."""

MARK = b"\xef\xbb\xbf"
"""Opens the UTF-8 files of Excel, which takes accents for other letters without it."""


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
        marked: It begins with the mark by which Excel knows UTF-8.
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
    header = tuple(csv_header(path))
    with path.open("rb") as file:
        first = next_header(file, path)
    schema = pl.read_csv(first, infer_schema=False).schema
    read = partial(csv_batches, path, len(header))
    return Table(path, header, schema, path.stat().st_size, read, first.startswith(MARK))


def csv_batches(path: Path, width: int) -> Iterator[Batch]:
    """Yield the rows of the CSV at ``path``, which has ``width`` columns."""
    with path.open("rb") as file:
        header = next_header(file, path)
        while block := whole_rows(file, path, BLOCK_BYTES):
            try:
                # With its header before it each block is read as the whole file would be.
                frame = pl.read_csv(header + block, infer_schema=False)
            except PolarsError:
                require_even_lines(path, width)
                raise
            for piece in frame.iter_slices(ROWS):
                yield Batch(piece, file.tell())


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


def next_header(file: BinaryIO, path: Path) -> bytes:
    """Return the header of the CSV ``file``, at whose beginning we are, with the end of its line.

    Raises:
        SourceError: A quote in it is never closed.
    """
    header = b"\n"
    while header and not header.strip(b"\r\n"):
        header = whole_rows(file, path, 1)
    return header if header.endswith(b"\n") else header + b"\n"


def whole_rows(file: BinaryIO, path: Path, size: int) -> bytes:
    """Return the next whole rows of the CSV ``file``, ``size`` bytes of them or a little more.

    A row ends where a line does and every quote before it is closed.

    Raises:
        SourceError: A quote is never closed.
    """
    start = file.tell()
    lines = file.readlines(size)
    quotes = sum(line.count(b'"') for line in lines)
    most = len(lines) + CELL_LINES
    while quotes % 2 and len(lines) < most and (line := file.readline()):
        lines.append(line)
        quotes += line.count(b'"')
    if quotes % 2:
        raise SourceError(
            f"{path}: a quote is never closed, at line {line_number(file, start)} or below; "
            'one that stands inside a value is written twice ("")'
        )
    return b"".join(lines)


def line_number(file: BinaryIO, byte: int) -> int:
    """Return the number of the line that begins at ``byte`` of ``file``, the first being 1."""
    file.seek(0)
    number = 1
    while file.tell() < byte:
        file.readline()
        number += 1
    return number


def unreadable(path: Path, error: Exception) -> SourceError:
    """Return what is said of the table at ``path`` where reading it ended in ``error``."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return SourceError(f"{path}: not a readable {path.suffix.lower()[1:]} file ({first})")
