"""Formula injection: what a spreadsheet would run is text, and what is a number stays one."""

import csv
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.scoring.formulas import plain, plain_cells, plain_header
from serving.scoring.writer import write

RUNS = (
    "=1+1",
    '=HYPERLINK("http://127.0.0.1/?"&A1,"click")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠SUM(1)",
    "-",
    "+",
    "=",
    "--1",
    "-1-1",
    "+33 6 12 34 56 78",
    "-1e5e5",
    "-1,",
    "=\n",
)
STAYS = ("", "a=1", "'=1", " =1", "1-1", "-1", "+1.5", "-1,234.50", "-.5", "+1e-5", "-5%", "1", "é")


@pytest.mark.parametrize("cell", RUNS)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert plain(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", STAYS)
def test_text_and_numbers_stay_as_they_are(cell: str) -> None:
    assert plain(cell) == cell


@given(st.lists(st.text(max_size=8) | st.from_regex(r"[=+\-@\t\r\n][0-9.,eE%+-]{0,6}")))
def test_a_column_is_made_plain_as_each_of_its_cells_is(cells: list[str]) -> None:
    frame = pl.DataFrame({"a": [*cells, None]}, schema={"a": pl.String})
    assert plain_cells(frame)["a"].to_list() == [*map(plain, cells), None]


@given(st.text(max_size=8))
def test_what_is_plain_opens_no_formula_unless_it_is_a_number(cell: str) -> None:
    made = plain(cell)
    assert not made.startswith(("=", "@", "\t", "\r", "\n"))
    if made.startswith(("+", "-")):
        assert set(made) <= set("+-0123456789.,eE%")
    assert plain(made) == made


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_cell_and_no_name_of_a_written_table_is_a_formula(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    frame = pl.DataFrame({"=a": list(RUNS), "n": [-1.5] * len(RUNS)})
    write(path, [frame], frame.schema, frame.columns, safe=True)
    if suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            names, *rows = csv.reader(file)
        assert {row[1] for row in rows} == {"-1.5"}
    else:
        with ZipFile(path) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert sheet.count("<v>-1.5</v>") == len(RUNS)
        whole = pl.read_excel(path, has_header=False, infer_schema_length=0)
        names, rows = list(whole.row(0)), [list(row) for row in whole.rows()[1:]]
    assert names == ["'=a", "n"]
    assert all(row[0].startswith("'") for row in rows)


def test_a_parquet_file_keeps_its_cells(tmp_path: Path) -> None:
    frame = pl.DataFrame({"=a": list(RUNS)})
    path = tmp_path / "out.parquet"
    write(path, [frame], frame.schema, frame.columns, safe=True)
    assert pl.read_parquet(path).equals(frame)


def test_a_column_of_categories_is_made_plain_too() -> None:
    frame = pl.DataFrame({"a": ["=1", "b"]}, schema={"a": pl.Categorical})
    assert plain_cells(frame)["a"].to_list() == ["'=1", "b"]
    assert plain_header(["=a", "b"]) == ["'=a", "b"]
