"""A mapping file: what a table of one's own calls our columns, and what it leaves unsaid.

title = "Job title"
base = "Annual salary"

[defaults]
currency = "EUR"
observed_on = 2026-03-31
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from data.errors import SourceError
from data.sources.source import AMOUNT_TYPES, WORD_TYPES

OWN_KEYS = ("seniority_band", "person", "identity")
"""What sources tell us of their rows, which a table cannot say of itself."""

COLUMNS = (
    *(name for name in (*WORD_TYPES, *AMOUNT_TYPES) if name not in OWN_KEYS),
    "metro",  # another name of location
    "equity_grant",  # the value of a whole grant, which vests in …
    "vesting_years",
    "record_id",
    "employee_id",
)
"""The columns that a table of one's own may have."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Their column for each of ours that is called otherwise, and what stands in empty cells.

    Attributes:
        columns: Our column -> theirs.
        defaults: Our column -> the text of its empty cells, and of all where theirs is missing.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


def read_mapping(path: Path) -> ColumnMapping:
    """Return the mapping of the TOML file at ``path``.

    Raises:
        SourceError: No such file, not TOML, a key that is no column of ours, or a value that is
            no text; the message names the key.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{path}: not a readable mapping file ({error})") from error
    defaults = table.pop("defaults", {})
    if not isinstance(defaults, dict):
        raise SourceError(f"{path}: defaults must be a table, [defaults], found {defaults!r}")
    for key, theirs in table.items():
        _require_ours(key, path)
        if not isinstance(theirs, str) or not theirs.strip():
            raise SourceError(f"{path}: {key} must be the name of a column, found {theirs!r}")
    return ColumnMapping(
        table, {key: _default(key, value, path) for key, value in defaults.items()}
    )


def _require_ours(key: str, path: Path) -> None:
    if key in COLUMNS:
        return
    near = process.extract(key, COLUMNS, scorer=OSA.normalized_similarity, limit=3)
    names = ", ".join(name for name, *_ in near)
    raise SourceError(f"{path}: {key!r} is no column of ours; the nearest are {names}")


def _default(key: str, value: object, path: Path) -> str:
    _require_ours(key, path)
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return ";".join(value)
    # A bool is an int, and TOML's times and tables say nothing here.
    if isinstance(value, bool) or not isinstance(value, (str, int, float, date)):
        raise SourceError(f"{path}: the default of {key} must be a text, number or day")
    return value.date().isoformat() if isinstance(value, datetime) else str(value)
