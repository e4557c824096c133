"""A table file, and each way it can be broken: one line that says what and where."""

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from data.errors import SourceError
from data.table import read_table

FRAME = pl.DataFrame({"title": ["Designer", "Engineer"], "base": [80_000, 90_000]})


def csv_file(folder: Path, content: bytes) -> Path:
    path = folder / "pay.csv"
    path.write_bytes(content)
    return path


def workbook(folder: Path, **sheets: list[list[object]]) -> Path:
    path = folder / "pay.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, values in enumerate(rows):
                sheet.write_row(number, 0, values)
    return path


def test_a_csv_is_all_text(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, b"title,base\nDesigner,080\n"))
    assert table.rows() == [("Designer", "080")]


def test_a_parquet_file_and_a_workbook_keep_their_types(tmp_path: Path) -> None:
    FRAME.write_parquet(tmp_path / "pay.parquet")
    FRAME.write_excel(tmp_path / "pay.xlsx")
    assert read_table(tmp_path / "pay.parquet").equals(FRAME)
    assert read_table(tmp_path / "pay.xlsx").equals(FRAME)


def test_the_ending_may_be_in_capitals(tmp_path: Path) -> None:
    csv_file(tmp_path, b"title\nDesigner\n").rename(tmp_path / "PAY.CSV")
    assert read_table(tmp_path / "PAY.CSV").height == 1


def test_a_byte_order_mark_and_spaces_are_no_part_of_a_name(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, "\ufefftitle , base\nDesigner,1\n".encode()))
    assert table.columns == ["title", "base"]


def test_a_value_in_quotes_may_hold_commas_and_lines(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, b'title,base\n"Designer,\nweb",1\n'))
    assert table.rows() == [("Designer,\nweb", "1")]


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert read_table(csv_file(tmp_path, b"title,base\n")).shape == (0, 2)
    assert read_table(workbook(tmp_path, Sheet1=[["title", "base"]])).shape == (0, 2)


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"pay\.csv: the file is empty"):
        read_table(csv_file(tmp_path, content))


def test_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"pay\.xlsx: the file is empty"):
        read_table(workbook(tmp_path, Sheet1=[]))


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.csv: no such file"):
        read_table(tmp_path / "gone.csv")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a folder, not a file"):
        read_table(tmp_path)


def test_another_kind_of_file_is_refused_with_those_that_are_read(tmp_path: Path) -> None:
    path = tmp_path / "pay.json"
    path.write_text("{}")
    with pytest.raises(SourceError, match=r"ends in \.csv, \.parquet, \.xlsx, not '\.json'"):
        read_table(path)


@pytest.mark.parametrize(
    ("sign", "called"), [(";", r'separated by ";"\?'), ("\t", "by a tab"), ("|", r'"\|"')]
)
def test_another_separator_is_refused_by_name(sign: str, called: str, tmp_path: Path) -> None:
    content = f"title{sign}base\nDesigner{sign}80000,50\n".encode()
    with pytest.raises(SourceError, match=rf"pay\.csv: read as one column; is it .*{called}"):
        read_table(csv_file(tmp_path, content))


def test_latin_1_is_refused_with_its_line(tmp_path: Path) -> None:
    content = "title,base\nDesigner,1\nIngénieur,2\n".encode("latin-1")
    with pytest.raises(SourceError, match=r"pay\.csv: line 3 is not UTF-8 \(b'\\xe9'"):
        read_table(csv_file(tmp_path, content))


def test_a_latin_1_header_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 1 is not UTF-8"):
        read_table(csv_file(tmp_path, "métier,base\nDesigner,1\n".encode("latin-1")))


def test_a_line_with_too_many_values_is_refused_with_its_row(tmp_path: Path) -> None:
    content = b"title,base\nDesigner,1\nEngineer, data,2\n"
    with pytest.raises(SourceError, match=r"pay\.csv: row 2 has 3 values for 2 columns"):
        read_table(csv_file(tmp_path, content))


def test_a_quote_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"pay\.csv: not a readable csv file"):
        read_table(csv_file(tmp_path, b'title,base\n"Designer,1\nEngineer,2\n'))


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"pay\.csv: two columns are called 'base'"):
        read_table(csv_file(tmp_path, b"base,title, base\n1,Designer,2\n"))
    with pytest.raises(SourceError, match=r"pay\.xlsx: two columns are called 'base'"):
        read_table(workbook(tmp_path, Sheet1=[["base", "base"], [1, 2]]))


def test_a_workbook_with_two_sheets_is_refused_with_their_names(tmp_path: Path) -> None:
    path = workbook(tmp_path, Pay=[["title"], ["Designer"]], Notes=[["x"], ["y"]])
    with pytest.raises(SourceError, match=r"pay\.xlsx: 2 sheets \(Pay, Notes\)"):
        read_table(path)


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx"])
def test_a_truncated_file_is_refused_in_one_line(suffix: str, tmp_path: Path) -> None:
    whole, cut = tmp_path / f"whole{suffix}", tmp_path / f"cut{suffix}"
    FRAME.write_parquet(whole) if suffix == ".parquet" else FRAME.write_excel(whole)
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(SourceError, match=rf"cut{suffix}: not a readable {suffix[1:]}") as refused:
        read_table(cut)
    assert "\n" not in str(refused.value)
