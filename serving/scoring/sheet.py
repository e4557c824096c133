"""A workbook of one sheet, written row by row: no more of it lies in memory than a batch."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.errors import SourceError

SHEET_ROWS = 1_048_575
"""Rows that a sheet has below its header."""

CELL_TEXT = 32_767
"""Characters that a cell holds."""

OPTIONS = {"constant_memory": True, "nan_inf_to_errors": True}
DAYS = {pl.Date: "yyyy-mm-dd", pl.Datetime: "yyyy-mm-dd hh:mm:ss", pl.Time: "hh:mm:ss"}

Put = Callable[[int, int, Any], object]


def write_sheet(path: Path, frames: Iterable[pl.DataFrame], header: Sequence[str]) -> None:
    """Write ``frames``, one at a time, below the ``header``.

    A text is never taken for a formula or a link. Rows wait on the disk until the end, in a folder
    beside the file: what removes that after a crash removes them.

    Raises:
        SourceError: There are more rows than a sheet has, or a text is longer than a cell.
    """
    with (
        TemporaryDirectory(dir=path.parent, prefix=".paylens-") as waiting,
        Workbook(path, {**OPTIONS, "tmpdir": waiting}) as workbook,
    ):
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True})
        formats = {kind: workbook.add_format({"num_format": form}) for kind, form in DAYS.items()}
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
        below = 1
        for frame in frames:
            require_room(frame, below - 1, path)
            putters = [putter(sheet, kind, formats) for kind in frame.dtypes]
            for number, row in enumerate(frame.iter_rows(), start=below):
                for column, (value, put) in enumerate(zip(row, putters, strict=True)):
                    if value is not None:
                        put(number, column, value)
            below += frame.height


def require_room(frame: pl.DataFrame, above: int, path: Path) -> None:
    """Check that the sheet at ``path`` can hold ``frame`` below the ``above`` rows it has.

    Raises:
        SourceError: It cannot; the message says the way out.
    """
    if above + frame.height > SHEET_ROWS:
        raise SourceError(
            f"{path}: more than {above:,} rows, and a sheet has {SHEET_ROWS:,}; "
            "write to a .csv or .parquet file"
        )
    for text in frame.select(pl.col(pl.String)):
        long = text.str.len_chars() > CELL_TEXT
        if long.any():
            raise SourceError(
                f"{path}: row {above + (long.arg_max() or 0) + 1:,}, column {text.name!r}: more "
                f"than {CELL_TEXT:,} characters, which no cell holds; write to a .csv or .parquet "
                "file"
            )


def putter(sheet: Worksheet, kind: pl.DataType, formats: dict[Any, Format]) -> Put:
    """Return what puts a value of the ``kind`` at a row and a column of the ``sheet``."""
    form = formats.get(type(kind))
    if form is not None:

        def put_day(row: int, column: int, value: date | datetime | time) -> object:
            return sheet.write_datetime(row, column, value, form)

        return put_day
    if isinstance(kind, pl.Decimal):

        def put_decimal(row: int, column: int, value: Decimal) -> object:
            return sheet.write_number(row, column, float(value))

        return put_decimal
    if isinstance(kind, pl.Boolean):
        return sheet.write_boolean
    return sheet.write_number if kind.is_numeric() else put_text(sheet)


def put_text(sheet: Worksheet) -> Put:
    """Return what puts a text into the ``sheet``."""

    def put(row: int, column: int, value: object) -> object:
        return sheet.write_string(row, column, str(value))

    return put
