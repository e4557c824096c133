"""Tables written a batch at a time: whole, or not there."""

import gc
import shutil
import weakref
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.errors import RoomError, SourceError
from data.table import SUFFIXES
from serving.scoring.sheet import SHEET_ROWS
from serving.scoring.writer import require_writable, write
from tests.disk import files_no_larger_than

SCHEMA = pl.Schema({"n": pl.Int64, "word": pl.String})


def frames(batches: int, alive: list[int]) -> Iterator[pl.DataFrame]:
    """Yield frames, and note at each how many of those before it are still held."""
    given: list[weakref.ref[pl.DataFrame]] = []
    for batch in range(batches):
        alive.append(sum(ref() is not None for ref in given))
        frame = pl.DataFrame({"n": [batch] * 1000, "word": ["é"] * 1000}, schema=SCHEMA)
        given.append(weakref.ref(frame))
        yield frame
        del frame


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_batches_are_written_in_order_and_let_go(tmp_path: Path, suffix: str) -> None:
    path, alive = tmp_path / f"out{suffix}", list[int]()
    write(path, frames(30, alive), SCHEMA, ["n", "word"])
    found = pl.read_csv(path) if suffix == ".csv" else pl.read_parquet(path)
    assert found["n"].to_list() == [batch for batch in range(30) for _ in range(1000)]
    assert max(alive) <= 2
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_an_error_on_the_way_leaves_what_was_there(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    path.write_text("yesterday's")

    def failing() -> Iterator[pl.DataFrame]:
        yield pl.DataFrame({"n": [1], "word": ["a"]}, schema=SCHEMA)
        assert path.read_text() == "yesterday's"
        raise SourceError("row 2 is broken")

    with pytest.raises(SourceError, match=r"^row 2 is broken$"):
        write(path, failing(), SCHEMA, ["n", "word"])
    assert path.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [path]


def test_a_csv_has_the_header_and_the_mark_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    frame = pl.DataFrame({"a": ["x,y", None, "", 'q"'], "": ["1", "2", "3", "4"]})
    write(path, [frame], frame.schema, [" a ", ""], marked=True)
    assert path.read_bytes() == b'\xef\xbb\xbf a ,\n"x,y",1\n,2\n"",3\n"q""",4\n'


def test_a_sheet_keeps_texts_as_texts(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    frame = pl.DataFrame({"n": [1, 2], "word": ["=1+1", "https://example.org/" + "x" * 3000]})
    write(path, [frame[:1], frame[1:]], frame.schema, frame.columns)
    assert pl.read_excel(path).equals(frame)


def test_more_rows_than_a_sheet_has_are_refused(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": range(SHEET_ROWS + 1)})
    with pytest.raises(SourceError, match=r"more than 0 rows, and a sheet has 1,048,575"):
        write(tmp_path / "out.xlsx", [frame], frame.schema, frame.columns)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a folder, not a file"):
        require_writable(tmp_path, SCHEMA)
    with pytest.raises(SourceError, match=r"there is no folder .*nowhere; make it first"):
        require_writable(tmp_path / "nowhere" / "out.csv", SCHEMA)
    with pytest.raises(SourceError, match=r"ends in \.csv, \.parquet, \.xlsx, not '\.json'"):
        require_writable(tmp_path / "out.json", SCHEMA)


@pytest.mark.parametrize("value", [["sql"], b"\xff", timedelta(1), {"a": 1}])
def test_values_without_a_text_go_to_parquet_alone(tmp_path: Path, value: object) -> None:
    frame = pl.DataFrame({"odd": [value]})
    for suffix in ("csv", "xlsx"):
        with pytest.raises(SourceError, match=f"column 'odd' holds .* {suffix} file cannot hold"):
            require_writable(tmp_path / f"out.{suffix}", frame.schema)
    path = tmp_path / "out.parquet"
    require_writable(path, frame.schema)
    write(path, [frame], frame.schema, frame.columns)
    assert pl.read_parquet(path).equals(frame)


def test_times_with_a_zone_are_no_values_of_a_sheet(tmp_path: Path) -> None:
    frame = pl.DataFrame({"at": [datetime(2026, 1, 1)]}).select(
        pl.col("at").dt.replace_time_zone("UTC")
    )
    require_writable(tmp_path / "out.csv", frame.schema)
    with pytest.raises(SourceError, match=r"column 'at' holds .* xlsx file cannot hold"):
        require_writable(tmp_path / "out.xlsx", frame.schema)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_full_disk_is_told_apart_from_what_a_file_cannot_hold(
    tmp_path: Path, suffix: str
) -> None:
    frame = pl.DataFrame({"a": np.random.default_rng(0).random(20_000)})
    with files_no_larger_than(2**12), pytest.raises(RoomError, match=r"cannot be written"):
        write(tmp_path / f"out{suffix}", iter([frame]), frame.schema, ["a"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_so_is_a_folder_that_goes_meanwhile(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    def going() -> Iterator[pl.DataFrame]:
        yield pl.DataFrame({"n": [1], "word": ["a"]}, schema=SCHEMA)
        shutil.rmtree(folder)

    told = ""
    try:
        write(folder / f"out{suffix}", going(), SCHEMA, ["n", "word"])
    except RoomError as error:
        told = str(error)
    assert "cannot be written" in told
    gc.collect()  # xlsxwriter leaves a file open then, which is no fault of the next test


def test_nothing_of_a_workbook_lies_anywhere_else_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    write(tmp_path / "out.xlsx", frames(3, []), SCHEMA, ["n", "word"])
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]
