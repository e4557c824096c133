"""Tables of a source read as the commands read them."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from data.load import Loaded, load, load_rows
from data.recognition import Recogniser
from data.sources import Source
from data.stages import Stages

TODAY = date(2026, 6, 30)


def read(source: Source, *rows: dict[str, Any]) -> Loaded:
    """Return what is read from ``rows``, one dictionary a row of the source's own columns."""
    raw = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    return load_rows(source, raw, Recogniser(Stages()), TODAY)


def read_file(source: Source, path: Path) -> Loaded:
    """Return what is read from the file at ``path``."""
    return load(source, path, Recogniser(Stages()), TODAY)


def record(source: Source, *rows: dict[str, Any]) -> dict[str, Any]:
    """Return the only record that is read from ``rows``."""
    loaded = read(source, *rows)
    assert loaded.rejects.is_empty(), loaded.rejects
    assert loaded.records.height == 1
    return loaded.records.row(0, named=True)


def rejects(loaded: Loaded) -> list[tuple[int, str, str | None, str]]:
    """Return row, column, value and rule of each reject."""
    return loaded.rejects.drop("source").rows()


def median_usd(loaded: Loaded) -> float:
    """Return the median pay, USD a year."""
    return float(loaded.records.select(pl.col("pay_usd").median()).item())


def assert_same_from_csv(source: Source, folder: Path, *rows: dict[str, Any]) -> None:
    """Check that ``rows`` say the same when all their columns are text, as a CSV's are."""
    loaded = read(source, *rows)
    texts = [
        {name: str(value) if isinstance(value, list) else value for name, value in row.items()}
        for row in rows
    ]
    pl.DataFrame(texts, infer_schema_length=None, strict=False).write_csv(folder / "rows.csv")
    from_csv = read_file(source, folder / "rows.csv")
    assert from_csv.records.height > 0
    assert from_csv.records.equals(loaded.records)
    assert from_csv.rejects.equals(loaded.rejects)
