"""What a source holds before anything is fitted: rows, rejects and unknown words."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.errors import RejectsError
from data.load import Loaded

SHOWN = 5
"""Unknown words shown per column."""


def report(loaded: Loaded) -> Iterator[str]:
    """Yield the lines of a short report on ``loaded``."""
    for name, rows in loaded.rows_read.items():
        kept = loaded.records["record_id"].str.starts_with(f"{name}:").sum()
        rejected = loaded.rejects.filter(pl.col("source") == name)["row"].n_unique()
        unpaid = loaded.without_pay[name]
        yield (
            f"{name}: {rows:,} rows read, {kept:,} records kept, {rejected:,} rows rejected"
            + (f", {unpaid:,} set aside as they state no pay" if unpaid else "")
        )
    broken = ("source", "column", "rule")
    by_rule = loaded.rejects.group_by(broken).len().sort(-pl.col("len").cast(pl.Int64), *broken)
    for source, column, rule, n in by_rule.iter_rows():
        yield f"  rejected {n:,} x {source} {column}: {rule}"
    for field in loaded.heard["field"].unique(maintain_order=True):
        said = loaded.heard.filter(pl.col("field") == field)
        unknown = said.filter(pl.col("id").is_null()).sort(-pl.col("rows"), "given")
        share = int(unknown["rows"].sum()) / max(int(said["rows"].sum()), 1)
        most = ", ".join(
            f"{w!r} ({n:,})" for w, n in unknown.head(SHOWN).select("given", "rows").iter_rows()
        )
        yield f"  unknown {field}: {share:.1%}" + (f", most often {most}" if most else "")


def write_rejects(loaded: Loaded, path: Path) -> None:
    """Write one line a broken rule to ``path``: source, row, column, value, rule.

    Raises:
        RejectsError: The file cannot be written.
    """
    try:
        loaded.rejects.write_csv(path)
    except OSError as error:
        raise RejectsError(
            f"{path}: cannot be written ({error.strerror or error}); name another with --rejects"
        ) from error
