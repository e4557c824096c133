"""The sources of a run: named on the command line, loaded, pooled, described."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from data.errors import SourceError
from data.load import Loaded, load, load_rows, pool
from data.recognition import Recogniser
from data.sources import source_named
from data.sources.hr_table import HrTable
from data.sources.mapping import read_mapping

SYNTHETIC = "market"
"""The source that is invented: the reference market."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One ``--source NAME=PATH``; the market has no path."""

    name: str
    path: Path | None

    @classmethod
    def parse(cls, given: str) -> "Wanted":
        """Return the source that ``given`` names.

        Raises:
            SourceError: It is not ``NAME=PATH`` (or ``market``).
        """
        name, equals, path = given.partition("=")
        if name == SYNTHETIC and not equals:
            return cls(name, None)
        if not equals or not path:
            raise SourceError(f"--source is NAME=PATH or {SYNTHETIC}, found {given!r}")
        return cls(name, Path(path))


@dataclass(frozen=True, slots=True)
class Pooled:
    """The records of a run and what is told of them.

    Attributes:
        loaded: Records, rejects and words of all sources.
        digests: Source -> SHA-256 (hex) of its file.
        told: The manifest's ``data``: description, sources, days, whether synthetic.
    """

    loaded: Loaded
    digests: dict[str, str]
    told: dict[str, Any]


def gather(
    wanted: Sequence[Wanted],
    recogniser: Recogniser,
    today: date,
    tell: Callable[[str], None],
    mapping: Path | None = None,
) -> Pooled:
    """Return the records of the ``wanted`` sources, one after the other.

    Args:
        wanted: What to read.
        recogniser: Reads the words.
        today: No record may be observed after this day.
        tell: Called before each source.
        mapping: TOML file that says what the columns of a ``table`` mean.

    Raises:
        SourceError: A source is unknown or cannot be read.
    """
    parts, files = [], []
    for each in wanted:
        tell(f"reading {each.name}")
        parts.append(_load(each, recogniser, today, mapping))
        files.append(_digest(each))
    loaded = pool(parts)
    digests = dict(zip(loaded.rows_read, files, strict=True))
    return Pooled(loaded, digests, describe(loaded, digests))


def refuse_nothing(loaded: Loaded) -> None:
    """Stop where not one row was kept.

    Raises:
        SourceError: None was; the message holds the most frequent rule.
    """
    if loaded.records.is_empty():
        rules = loaded.rejects["rule"].value_counts(sort=True).head(1)
        why = f" (most often: {rules.item(0, 'rule')})" if rules.height else ""
        raise SourceError(f"no row of {', '.join(loaded.rows_read)} was kept{why}")


def _load(wanted: Wanted, recogniser: Recogniser, today: date, mapping: Path | None) -> Loaded:
    if wanted.path is None:
        from data.market import MARKET, generate

        return load_rows(MARKET, generate(), recogniser, today)
    source = source_named(wanted.name)
    if mapping is not None and source.name == HrTable.name:
        source = HrTable(read_mapping(mapping))
    return load(source, wanted.path, recogniser, today)


def _digest(wanted: Wanted) -> str:
    content = wanted.path.read_bytes() if wanted.path else SYNTHETIC.encode()
    return hashlib.sha256(content).hexdigest()


def describe(loaded: Loaded, digests: dict[str, str]) -> dict[str, Any]:
    """Return what is told of the records: how many of which source, over which days."""
    by_source = loaded.records.group_by("source", maintain_order=True).agg(pl.len())
    counts: dict[str, int] = dict(by_source.iter_rows())
    named = ", ".join(
        f"synthetic reference market {n:,} records"
        if name == SYNTHETIC
        else f"{name} {n:,} records"
        for name, n in counts.items()
    )
    only_synthetic = set(counts) == {SYNTHETIC}
    days = loaded.records["observed_on"]
    return {
        "description": "synthetic reference market" if only_synthetic else named,
        "synthetic": SYNTHETIC in counts,
        "sources": {
            name: {"rows_read": rows, "sha256": digests[name]}
            for name, rows in loaded.rows_read.items()
        },
        "observed_from": str(days.min()),
        "observed_to": str(days.max()),
    }
