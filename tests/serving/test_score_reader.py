"""Tables read a batch at a time: every row, in order, cells as they stand."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.errors import SourceError
from serving.scoring import csv_blocks
from serving.scoring.reader import ROWS, open_table
from serving.scoring.scorer import one_ahead

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def rows_of(path: Path) -> pl.DataFrame:
    return pl.concat([batch.frame for batch in open_table(path).batches()])


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_batch_never_has_more_rows_than_it_may(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"in{suffix}"
    whole = pl.DataFrame({"n": range(2 * ROWS + 7)})
    if suffix == ".csv":
        whole.write_csv(path)
    else:
        whole.write_parquet(path)
    table = open_table(path)
    batches = list(table.batches())
    assert max(batch.frame.height for batch in batches) <= ROWS
    found = pl.concat([batch.frame for batch in batches]).select(pl.col("n").cast(pl.Int64))
    assert found["n"].to_list() == whole["n"].to_list()
    assert [batch.done for batch in batches][-1] == table.size


def test_a_csv_is_held_a_block_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,b\n" + "1234567,7654321\n" * 1000)
    sizes = [frame.height for frame, _ in csv_blocks.csv_blocks(path, 2, size=1600)]
    assert sum(sizes) == 1000
    assert max(sizes) <= 101


@given(st.lists(st.tuples(CELLS, CELLS), max_size=20), st.integers(1, 60))
@example([("", '"'), ("\n", "\r\n"), ("a,b", " ")], 1)
def test_blocks_of_any_size_give_the_cells_of_the_whole_file(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], size: int
) -> None:
    path = tmp_path_factory.mktemp("blocks") / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("first", "second"), *cells])
    frames = [frame for frame, _ in csv_blocks.csv_blocks(path, 2, size)]
    found = [row for frame in frames for row in frame.fill_null("").iter_rows()]
    assert found == cells


def test_an_empty_cell_differs_from_a_quoted_one(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('a,b\n,x\n"",y\n')
    assert rows_of(path)["a"].to_list() == [None, ""]


def test_a_row_that_is_too_short_has_empty_cells_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,b\n1\n2,3")
    assert rows_of(path).rows() == [("1", None), ("2", "3")]


def test_a_row_that_is_too_long_is_named(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,b\n1,2\n3,4,5\n")
    with pytest.raises(SourceError, match="row 2 has 3 values for 2 columns"):
        rows_of(path)


def test_a_quote_that_is_never_closed_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('a,b\n1,"2\n3,4\n')
    with pytest.raises(SourceError, match=r"in\.csv: a quote is never closed, at line 2 or below"):
        rows_of(path)


def test_an_open_quote_is_not_looked_for_to_the_end_of_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('a,b\n1,"2\n' + "3,4\n" * (csv_blocks.CELL_LINES + 100))
    with path.open("rb") as file:
        csv_blocks.next_header(file, path)
        with pytest.raises(SourceError, match="never closed"):
            csv_blocks.whole_rows(file, path, 1)
        assert file.tell() < path.stat().st_size


def test_a_header_keeps_its_spaces_its_empty_names_and_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("\ufeff\n title ,country,,\n1,2,3,4\n", encoding="utf-8")
    table = open_table(path)
    assert table.header == (" title ", "country", "", "")
    assert table.marked
    assert rows_of(path).rows() == [("1", "2", "3", "4")]


def test_a_parquet_file_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "pay[1].parquet"
    whole = pl.DataFrame({"skills": [["sql"], None], "n": [1, 2]}, schema_overrides={"n": pl.UInt8})
    whole.write_parquet(path)
    assert rows_of(path).equals(whole)


def test_a_parquet_file_that_was_cut_short_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    buffer = io.BytesIO()
    pl.DataFrame({"n": range(1000)}).write_parquet(buffer)
    path.write_bytes(buffer.getvalue()[:-100])
    with pytest.raises(SourceError, match=r"in\.parquet: not a readable parquet file"):
        open_table(path)


def test_one_item_is_made_ahead_and_no_more() -> None:
    made: list[int] = []

    def making() -> Iterator[int]:
        for number in range(5):
            made.append(number)
            yield number

    for used, number in enumerate(one_ahead(making())):
        assert number == used
        assert len(made) <= used + 2
    assert made == list(range(5))


def test_an_error_in_making_an_item_reaches_the_one_who_uses_them() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise SourceError("broken")

    items = one_ahead(failing())
    assert next(items) == 1
    with pytest.raises(SourceError, match="broken"):
        next(items)
