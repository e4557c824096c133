"""A table file written a batch of rows at a time, and there only once it is whole."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError
from polars.io.plugins import register_io_source
from xlsxwriter.exceptions import FileCreateError

from data.errors import RoomError, SourceError
from data.table import SUFFIXES
from serving.scoring.formulas import plain_cells, plain_header
from serving.scoring.sheet import write_sheet

ROW_GROUP = 50_000
"""Rows of a row group of a Parquet file: they are held until the group can be written."""


def require_writable(path: Path, schema: pl.Schema) -> None:
    """Check, before any work, that a table of the ``schema`` can be written to ``path``.

    Raises:
        SourceError: It is a folder or in none, ends in none of ``SUFFIXES``, or its kind of file
            cannot hold one of the columns.
    """
    kind = path.suffix.lower()
    if path.is_dir():
        raise SourceError(f"{path}: a folder, not a file; name the file to write")
    if not path.parent.is_dir():
        raise SourceError(f"{path}: there is no folder {path.parent}; make it first")
    if kind not in SUFFIXES:
        raise SourceError(f"{path}: a table ends in {', '.join(SUFFIXES)}, not {path.suffix!r}")
    for name, type_ in schema.items():
        if not holds(kind, type_):
            raise SourceError(
                f"{path}: column {name!r} holds {type_}, which a {kind[1:]} file cannot hold; "
                "write to a .parquet file"
            )


def holds(kind: str, type_: pl.DataType) -> bool:
    """Return whether a cell of a file of this ``kind``, such as ".csv", can hold a ``type_``."""
    zoned = isinstance(type_, pl.Datetime) and type_.time_zone is not None
    odd = type_.is_nested() or type_ in (pl.Binary, pl.Duration, pl.Object)
    return kind == ".parquet" or not (odd or (zoned and kind == ".xlsx"))


def write(
    path: Path,
    frames: Iterable[pl.DataFrame],
    schema: pl.Schema,
    header: Sequence[str],
    *,
    marked: bool = False,
    safe: bool = False,
) -> None:
    """Write ``frames``, one at a time, to the file at ``path``; nothing is there until all is.

    Args:
        path: Where to (``require_writable``); its end says which kind of file.
        frames: The rows, in order.
        schema: Their columns and types.
        header: What a CSV or a sheet calls the columns.
        marked: Begin a CSV with the mark by which Excel knows UTF-8.
        safe: Make cells that a spreadsheet would run plain text (``serving.scoring.formulas``); a
            Parquet file, which no spreadsheet runs, keeps them.

    Raises:
        SourceError: It cannot be written.
    """
    if safe and path.suffix.lower() != ".parquet":
        frames, header = map(plain_cells, frames), plain_header(header)
    with replacing(path) as part:
        match path.suffix.lower():
            case ".csv":
                write_csv(part, frames, header, "utf-8-sig" if marked else "utf-8")
            case ".parquet":
                write_parquet(part, frames, schema)
            case _:
                write_sheet(part, frames, header)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside ``path``; what is there at the end takes the place of ``path``.

    After an error nothing of it is left, and ``path`` is what it was.

    Raises:
        RoomError: The disk does not let it be written.
        SourceError: It cannot be written there for another reason.
    """
    part = path.with_name(f"{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield part
        part.replace(path)
    except (OSError, PolarsError, FileCreateError) as error:
        # What Polars met at the disk it tells in words alone, as Rust writes them.
        disk = not isinstance(error, PolarsError) or "(os error " in str(error)
        first = (str(error).splitlines() or [type(error).__name__])[0]
        kind = RoomError if disk else SourceError
        raise kind(f"{path}: cannot be written ({first})") from error
    finally:
        part.unlink(missing_ok=True)


def write_csv(
    path: Path, frames: Iterable[pl.DataFrame], header: Sequence[str], encoding: str
) -> None:
    """Write a CSV with commas, and quotes where they are needed."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(header)
        for frame in frames:
            file.write(frame.write_csv(include_header=False))


def write_parquet(path: Path, frames: Iterable[pl.DataFrame], schema: pl.Schema) -> None:
    """Write a Parquet file, a row group at a time."""

    def source(*_: object) -> Iterator[pl.DataFrame]:
        yield from frames

    register_io_source(source, schema=schema).sink_parquet(path, row_group_size=ROW_GROUP)
