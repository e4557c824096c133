"""A table file (CSV, XLSX, Parquet) as a Polars frame; every way it can be broken, in words."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import polars as pl
from polars.exceptions import ComputeError, NoDataError, PolarsError

from data.errors import SourceError, TooLargeError

MEDIA_TYPES: Mapping[str, str] = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SUFFIXES = tuple(MEDIA_TYPES)
OTHER_SEPARATORS = {";": '";"', "\t": "a tab", "|": '"|"'}


def read_table(path: Path) -> pl.DataFrame:
    """Return the table at ``path``, the columns of a CSV as text.

    Raises:
        SourceError: No such file, a folder, another kind of file, an empty or damaged file, a CSV
            that is not UTF-8 or not separated by commas, two columns of one name, or a workbook
            with more than one sheet.
    """
    require_file(path)
    try:
        match path.suffix.lower():
            case ".parquet":
                return pl.read_parquet(path)
            case ".xlsx":
                return read_sheet(path)
            case _:
                return read_csv(path)
    except NoDataError:
        raise SourceError(f"{path}: the file is empty") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or error})") from error
    except PolarsError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> SourceError:
    """Return what is said of a file that is not what its name says."""
    first = str(error).splitlines()[0]
    return SourceError(f"{path}: not a readable {path.suffix.lower()[1:]} file ({first})")


def require_file(path: Path) -> None:
    """Check that ``path`` is a table file that exists.

    Raises:
        SourceError: It does not exist, is a folder, is empty, or ends in none of ``SUFFIXES``.
    """
    if path.is_dir():
        raise SourceError(f"{path}: a folder, not a file; name one file of it")
    if not path.exists():
        raise SourceError(f"{path}: no such file")
    if path.suffix.lower() not in SUFFIXES:
        raise SourceError(f"{path}: a table ends in {', '.join(SUFFIXES)}, not {path.suffix!r}")
    if path.stat().st_size == 0:
        raise SourceError(f"{path}: the file is empty")


def require_unpacked(path: Path, most: int) -> None:
    """Check that a workbook at ``path`` holds no more than ``most`` bytes once it is unpacked.

    Raises:
        SourceError: It is no workbook.
        TooLargeError: It holds more: a small file can hold any number of equal cells.
    """
    if path.suffix.lower() != ".xlsx":
        return
    try:
        with ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (OSError, BadZipFile) as error:
        raise SourceError(f"{path}: not a readable xlsx file ({error})") from error
    if size > most:
        raise TooLargeError(
            f"{path}: {size:,} bytes unpacked; {most:,} are the most that are taken"
        )


def read_csv(path: Path) -> pl.DataFrame:
    """Return the CSV at ``path``, all its columns as text.

    Raises:
        SourceError: It is not UTF-8, its separator is no comma, two columns have one name, or a
            line has more values than there are columns.
        PolarsError: It is broken in another way.
    """
    header = csv_header(path)
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except ComputeError:
        require_even_lines(path, len(header))
        raise
    names = [name.strip() for name in header]
    return frame.rename(dict(zip(frame.columns, names, strict=False)))


def csv_header(path: Path) -> list[str]:
    """Return the header of the CSV at ``path`` as it stands there.

    Raises:
        SourceError: The file is not UTF-8, its separator is no comma, or two columns have one name.
    """
    require_utf8(path)
    header = next((row for row in csv_rows(path) if row), [])
    found = [name for sign, name in OTHER_SEPARATORS.items() if sign in "".join(header)]
    if len(header) == 1 and found:
        raise SourceError(
            f"{path}: read as one column; is it separated by {found[0]}? Save it with commas"
        )
    require_distinct(header, path)
    return header


def read_sheet(path: Path) -> pl.DataFrame:
    """Return the only sheet of the workbook at ``path``.

    Raises:
        SourceError: It cannot be opened, holds several sheets, or two columns have one name.
        NoDataError: The sheet is empty.
    """
    # Here, since the service reads tables of stages and no workbook.
    from fastexcel import FastExcelError, read_excel

    try:
        workbook = read_excel(path)
    except FastExcelError as error:
        raise unreadable(path, error) from error
    sheets = workbook.sheet_names
    if len(sheets) != 1:
        raise SourceError(
            f"{path}: {len(sheets)} sheets ({', '.join(sheets)}); "
            "which one is meant cannot be guessed: save it as a file of its own"
        )
    frame = pl.read_excel(path, sheet_name=sheets[0], infer_schema_length=None)
    header = workbook.load_sheet(sheets[0], header_row=None, n_rows=1).to_polars()
    names = require_distinct(("" if name is None else str(name) for name in header.row(0)), path)
    return frame.rename(dict(zip(frame.columns, names, strict=False)))


def require_distinct(header: Iterable[str], path: Path) -> list[str]:
    """Return the names of the ``header`` without spaces around them.

    Raises:
        SourceError: Two columns have one name.
    """
    names = [name.strip() for name in header]
    for name in names:
        if name and names.count(name) > 1:
            raise SourceError(f"{path}: two columns are called {name!r}; rename one of them")
    return names


def require_utf8(path: Path) -> None:
    """Check that the text file at ``path`` is UTF-8, reading it in pieces.

    Raises:
        SourceError: It is not; the message names the line.
    """
    with path.open("rb") as file:
        for line_number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise SourceError(
                    f"{path}: line {line_number} is not UTF-8 ({line[error.start : error.end]!r}, "
                    "as in Latin-1 files); save the file as UTF-8"
                ) from None


def require_even_lines(path: Path, width: int) -> None:
    """Check that no line of the CSV at ``path`` has more than ``width`` values.

    Raises:
        SourceError: One has; the message names the line.
    """
    for row_number, row in enumerate(csv_rows(path)):
        if len(row) > width:
            raise SourceError(
                f"{path}: row {row_number} has {len(row)} values for {width} columns; "
                "a value with a comma in it must stand in quotes"
            )


def csv_rows(path: Path) -> Iterable[list[str]]:
    """Yield the rows of the CSV at ``path``, its header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)
