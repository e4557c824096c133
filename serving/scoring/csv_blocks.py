"""A CSV read a block of whole rows at a time, all its cells as text."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl
from polars.exceptions import PolarsError

from data.errors import SourceError
from data.table import require_even_lines

BLOCK_BYTES = 2**22
"""Of text, read at once: about 20,000 rows of 200 bytes."""

CELL_LINES = 10_000
"""A quoted cell with more lines than this was left open."""

MARK = b"\xef\xbb\xbf"
"""Opens the UTF-8 files of Excel, which takes accents for other letters without it."""


def csv_blocks(
    path: Path, width: int, size: int = BLOCK_BYTES
) -> Iterator[tuple[pl.DataFrame, int]]:
    """Yield the rows of the CSV at ``path`` in order, and the bytes read so far.

    An empty cell is null, and one of two quotes is an empty text: written again they differ again.

    Args:
        path: Where it lies.
        width: How many columns its header has.
        size: Bytes read at once, to the end of a row.

    Raises:
        SourceError: A row has too many values, or a quote is never closed.
        OSError: It cannot be read.
        PolarsError: It is broken in another way.
    """
    with path.open("rb") as file:
        header = next_header(file, path)
        while block := whole_rows(file, path, size):
            try:
                # With its header before it each block is read as the whole file would be.
                frame = pl.read_csv(header + block, infer_schema=False)
            except PolarsError:
                require_even_lines(path, width)
                raise
            yield frame, file.tell()


def read_header(path: Path) -> tuple[bytes, bool]:
    """Return the header of the CSV at ``path``, and whether the file begins with a ``MARK``.

    Raises:
        SourceError: A quote in the header is never closed.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        header = next_header(file, path)
        file.seek(0)
        return header, file.read(len(MARK)) == MARK


def next_header(file: BinaryIO, path: Path) -> bytes:
    """Return the header of the CSV ``file``, at whose beginning we are: a line, without a mark.

    Raises:
        SourceError: A quote in it is never closed.
    """
    if file.read(len(MARK)) != MARK:
        file.seek(0)
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
