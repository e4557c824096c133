"""A workbook row by row: every kind of cell, and none that a sheet cannot hold."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from data.errors import SourceError
from serving.scoring.sheet import CELL_TEXT, write_sheet


def test_each_kind_of_value_comes_back_as_it_went(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    frame = pl.DataFrame(
        {
            "text": ["=1+1", None],
            "number": [1.5, None],
            "yes": [True, None],
            "day": [date(2026, 1, 2), None],
            "moment": [datetime(2026, 1, 2, 3, 4, 5), None],
            "exact": [Decimal("1.25"), None],
        }
    )
    write_sheet(path, [frame[:1], frame[1:]], frame.columns)
    (row,) = pl.read_excel(path, infer_schema_length=None, drop_empty_rows=True).rows()
    assert row == ("=1+1", 1.5, True, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5), 1.25)


def test_a_time_of_day_is_shown_as_one(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    frame = pl.DataFrame({"at": [time(3, 4, 5)]})
    write_sheet(path, [frame], frame.columns)
    assert "03:04:05" in str(pl.read_excel(path)["at"][0])


def test_a_text_longer_than_a_cell_is_refused_with_its_row_and_column(tmp_path: Path) -> None:
    frame = pl.DataFrame({"note": ["x", "x" * (CELL_TEXT + 1)]})
    with pytest.raises(SourceError, match=r"row 2, column 'note': more than 32,767 characters"):
        write_sheet(tmp_path / "out.xlsx", [frame], frame.columns)
