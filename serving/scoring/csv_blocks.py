"""A CSV read a block of whole rows at a time, all its cells as text."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl
from polars.exceptions import PolarsError

from data.errors import SourceError
from data.table import require_even_lines

BLOCK_BYTES = 2**22
"""Of text, read at once."""

CELL_LINES = 10_000
"""A quoted cell with more lines than this was left open."""


def csv_blocks(path: Path, width: int) -> Iterator[tuple[pl.DataFrame, int]]:
    """Yield the rows of the CSV at ``path`` in order, and the bytes read so far.

    An empty cell is null, and one of two quotes is an empty text: written again they differ again.

    Args:
        path: Where it lies.
        width: How many columns its header has.

    Raises:
        SourceError: A row has too many values, or a quote is never closed.
        OSError: It cannot be read.
        PolarsError: It is broken in another way.
    """
    with path.open("rb") as file:
        header = next_header(file, path)
        while block := whole_rows(file, path, BLOCK_BYTES):
            try:
                # With its header before it each block is read as the whole file would be.
                frame = pl.read_csv(header + block, infer_schema=False)
            except PolarsError:
                require_even_lines(path, width)
                raise
            yield frame, file.tell()


def read_header(path: Path) -> bytes:
    """Return the header of the CSV at ``path``, with the end of its line.

    Raises:
        SourceError: A quote in it is never closed.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return next_header(file, path)


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
