"""A table file written a batch of rows at a time, and there only once it is whole."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError
from polars.io.plugins import register_io_source
from xlsxwriter import Workbook

from data.errors import SourceError
from data.table import SUFFIXES

ROW_GROUP = 100_000
"""Rows of a row group of a Parquet file: what is held back until it can be written."""

SHEET_ROWS = 1_048_575
"""Rows that a sheet has below its header."""

Writer = Callable[[Path, Iterable[pl.DataFrame], pl.Schema, Sequence[str]], None]
"""Takes a path, frames, their columns and types, and what a text file calls the columns."""


def writer_to(path: Path, schema: pl.Schema, *, marked: bool = False) -> Writer:
    """Return what writes a table of the ``schema`` to ``path``, after what can be checked before.

    Args:
        path: Where to; its end says which kind of file.
        schema: The columns and their types.
        marked: Begin a CSV with the mark by which Excel knows UTF-8.

    Raises:
        SourceError: It is a folder or in none, ends in none of ``SUFFIXES``, or its kind of file
            cannot hold a column.
    """
    if path.is_dir():
        raise SourceError(f"{path}: a folder; name the file to write")
    if not path.parent.is_dir():
        raise SourceError(f"{path}: there is no folder {path.parent} to write it to; make it first")
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise SourceError(f"{path}: a table ends in {', '.join(SUFFIXES)}, not {path.suffix!r}")
    if kind == ".parquet":
        return write_parquet
    for name, type_ in schema.items():
        if no_text(type_):
            raise SourceError(
                f"{path}: column {name!r} holds {type_}, which a {kind[1:]} file cannot; "
                "write to a .parquet file"
            )
    if kind == ".xlsx":
        return write_sheet
    return write_csv_marked if marked else write_csv


def no_text(kind: pl.DataType) -> bool:
    """Return whether values of this type have no one form in a text file or a sheet."""
    zoned = isinstance(kind, pl.Datetime) and kind.time_zone is not None
    return kind.is_nested() or zoned or kind in (pl.Binary, pl.Duration, pl.Object)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; what was written takes its place at the end.

    Where the writing ends in an error, nothing of it stays and ``path`` is as it was.

    Raises:
        SourceError: It cannot be written there.
    """
    part = path.with_name(f"{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield part
        part.replace(path)
    except (OSError, PolarsError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise SourceError(f"{path}: cannot be written ({first})") from error
    finally:
        part.unlink(missing_ok=True)


def write_csv(
    path: Path, frames: Iterable[pl.DataFrame], _: pl.Schema, header: Sequence[str]
) -> None:
    """Write a CSV: UTF-8, commas, quotes where they are needed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(header)
        for frame in frames:
            file.write(frame.write_csv(include_header=False))


def write_parquet(
    path: Path, frames: Iterable[pl.DataFrame], schema: pl.Schema, _: Sequence[str]
) -> None:
    """Write a Parquet file, a row group at a time."""

    def source(*_: object) -> Iterator[pl.DataFrame]:
        yield from frames

    register_io_source(source, schema=schema).sink_parquet(path, row_group_size=ROW_GROUP)
