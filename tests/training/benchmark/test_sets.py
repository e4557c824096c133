from datetime import date
from pathlib import Path

import polars as pl
import pytest

from data.errors import SourceError
from data.recognition import Recogniser
from data.record import INPUT_TYPES
from data.stages import Stages
from tests.records import make_records
from tests.training.command import write_table
from training.benchmark.sets import (
    FILES,
    MINIMAL,
    POOLED,
    minimal,
    pooled_besides,
    some,
    tables,
    wanted,
)
from training.gather import Wanted

TODAY = date(2026, 11, 1)


def read(path: Path, folder: Path, rows: int | None = None) -> pl.DataFrame:
    """Return the records of the table at ``path`` as they are stored to compare on."""
    (table,) = tables([Wanted("table", path)], Recogniser(Stages()), TODAY, rows, folder)
    records = pl.read_parquet(table.records)
    assert table.height == records.height
    assert table.splits == ("grouped_random", "temporal")
    return records


def test_the_same_table_is_stored_in_the_same_bytes(tmp_path: Path) -> None:
    path = write_table(tmp_path, n=400)
    first, again = tmp_path / "first", tmp_path / "again"
    assert read(path, first).equals(read(path, again))
    (one,), (other,) = first.iterdir(), again.iterdir()
    # Otherwise nothing measured before would be known again.
    assert one.read_bytes() == other.read_bytes()


def test_a_trial_takes_about_as_many_rows_as_asked_for(tmp_path: Path) -> None:
    assert read(write_table(tmp_path, n=400), tmp_path / "some", rows=100).height == 100


def test_rows_are_drawn_by_group() -> None:
    records = make_records(400).with_columns(
        pl.Series("group_id", [f"{row // 2}" for row in range(400)])
    )
    kept = some(records, 100)
    assert kept.height == 100
    assert kept["group_id"].n_unique() == 50
    assert some(records, 400) is some(records, None) is records


def test_minimal_records_hold_what_a_request_at_least_holds_and_nothing_else() -> None:
    records = make_records(50)
    least = minimal(records)
    assert least.schema == records.schema
    for name in INPUT_TYPES:
        if name in MINIMAL:
            assert least[name].equals(records[name])
        else:
            assert (
                least[name].list.len().sum() == 0
                if name == "skills"
                else least[name].null_count() == 50
            )
    assert least["pay_usd"].equals(records["pay_usd"])


def test_tables_named_are_those_compared(tmp_path: Path) -> None:
    assert wanted(["levels_fyi=pay.parquet"], tmp_path) == [
        Wanted("levels_fyi", Path("pay.parquet"))
    ]
    assert pooled_besides(["levels_fyi=pay.parquet"], tmp_path) == []


def test_without_any_named_those_in_the_folder_are_taken(tmp_path: Path) -> None:
    for file in (FILES["aijobs"], POOLED["exec_sales_ads"]):
        (tmp_path / file).touch()
    assert [each.name for each in wanted([], tmp_path)] == ["aijobs"]
    assert [each.name for each in pooled_besides([], tmp_path)] == ["exec_sales_ads"]


def test_a_folder_without_tables_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--data or PAYLENS_REAL_DATA, or tables with --source"):
        wanted([], tmp_path)


def test_a_source_nobody_knows_is_refused() -> None:
    with pytest.raises(SourceError, match="no source is called 'levls'"):
        wanted(["levls=pay.csv"], Path())
