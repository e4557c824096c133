"""Cells that a spreadsheet would run as a formula, made plain text.

Source: OWASP, "CSV Injection", and OWASP ASVS 5.0, requirement 1.2.10: an apostrophe before a cell
that begins with a sign that opens a formula, in CSV and in workbooks alike.
"""

import re
from collections.abc import Iterable

import polars as pl

OPENING = "=+\\-@\t\r\n\x00＝＋－＠"
"""Signs that open a formula, the wide ones of East Asian keyboards too; inside of [ and ]."""

OPENS = f"^[{OPENING}]"
NUMBER = r"^[+-]?(?:[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?%?$"
"""A signed number opens with such a sign too, and stays what it is."""


def plain(cell: str) -> str:
    """Return ``cell`` as a text that no spreadsheet runs.

    >>> plain("=1+1"), plain("-1+1"), plain("-1"), plain("a=b")
    ("'=1+1", "'-1+1", '-1', 'a=b')
    """
    runs = re.match(OPENS, cell) and not re.fullmatch(NUMBER.strip("^$"), cell)
    return f"'{cell}" if runs else cell


def plain_header(names: Iterable[str]) -> list[str]:
    """Return each of ``names`` as ``plain`` does."""
    return [plain(name) for name in names]


def plain_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with each text as ``plain`` makes it; numbers are as they were."""
    return frame.with_columns(
        pl.when(text.str.contains(OPENS) & ~text.str.contains(NUMBER))
        .then(pl.lit("'") + text)
        .otherwise(text)
        .alias(name)
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.String | pl.Categorical | pl.Enum)
        for text in [pl.col(name).cast(pl.String)]
    )
