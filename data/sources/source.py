"""A source: one public format of pay records, read into the words of a record.

An adapter only renames, parses and labels. What the words mean (which role, which metro) is said
once for all sources, files and requests by ``data.recognition``.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import ClassVar

import polars as pl

from data.matching import normalise
from data.sources.cells import Cell, text

WORD_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "title": pl.String,
    "role": pl.String,
    "specialisation": pl.String,
    "seniority": pl.String,
    "seniority_band": pl.String,  # the source's own level when it spans ranks, by its lowest one
    "track": pl.String,
    "skills": pl.List(pl.String),
    "company": pl.String,
    "company_level": pl.String,
    "company_stage": pl.String,
    "company_size": pl.Float64,
    "industry": pl.String,
    "location": pl.String,  # free text: "Mountain View, CA", "Zurich, ZH, Switzerland"
    "country": pl.String,
    "remote_share": pl.Float64,
    "years_experience": pl.Float64,
    "years_at_company": pl.Float64,
    "education": pl.String,
    "employment_type": pl.String,
    "fte_share": pl.Float64,
    "observed_on": pl.Date,
    "pay_basis": pl.String,
}
"""What an adapter's ``words`` may give; a column it leaves out is empty."""

AMOUNT_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "currency": pl.String,
    "pay_period": pl.String,
    "base": pl.Float64,
    "bonus": pl.Float64,
    "equity": pl.Float64,
    "total_compensation": pl.Float64,
    "posted_low": pl.Float64,
    "posted_high": pl.Float64,
    "weight": pl.Float64,
    "person": pl.String,  # rows of the same person or advert share it; empty: the row stands alone
    "identity": pl.String,  # of rows that share it the later ones repeat the first; empty: none
    "gender": pl.String,
    "ethnicity": pl.String,
}
"""What an adapter's ``amounts`` may give; a column it leaves out is empty, weight is 1."""

UNREADABLE_TYPES: Mapping[str, type[pl.DataType]] = {
    "row": pl.Int64,  # the first row of data is 1
    "column": pl.String,
    "value": pl.String,
    "rule": pl.String,
}


class Source(ABC):
    """One public format of pay records.

    Attributes:
        name: What ``--source NAME=PATH`` calls it.
        other_names: Further names it answers to.
        needs: Raw columns without which the words cannot be read.
        needs_amounts: Raw columns without which the amounts cannot be read.
        reads: Raw column -> how its cells are read, for words that are more than text.
        reads_amounts: The same for amounts.
        protected: Raw columns that name a protected attribute: kept for the audit alone.
    """

    name: ClassVar[str]
    other_names: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[tuple[str, ...]] = ()
    needs_amounts: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[Mapping[str, Cell]] = MappingProxyType({})
    reads_amounts: ClassVar[Mapping[str, Cell]] = MappingProxyType({})
    protected: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def words(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the words (``WORD_TYPES``) of each row of ``raw``, in order, none left out.

        They depend on no amount, and on no other row.
        """

    @abstractmethod
    def amounts(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the amounts (``AMOUNT_TYPES``) of each row of ``raw``, in order."""

    def combine(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return ``rows`` (words, amounts and ``row``) with those of one record made one.

        Most formats hold one record a row, so by default nothing is combined.
        """
        return rows

    def lacking(self, columns: Collection[str], *, pay: bool) -> tuple[str, ...]:
        """Return the columns this source cannot do without that are not among ``columns``.

        Args:
            columns: The raw columns there are.
            pay: Whether amounts are read too.
        """
        needed = (*self.needs, *self.needs_amounts) if pay else self.needs
        return tuple(repr(name) for name in needed if name not in columns)

    def plain(self, columns: Collection[str]) -> tuple[str, ...]:
        """Return those of ``columns`` that this source reads as plain values, not as lists."""
        read = {*self.needs, *self.needs_amounts, *self.reads, *self.reads_amounts, *self.protected}
        return tuple(column for column in columns if column in read)

    def protected_among(self, columns: Collection[str]) -> tuple[str, ...]:
        """Return those of ``columns`` that name a protected attribute, in any spelling."""
        names = {normalise(name) for name in self.protected}
        return tuple(column for column in columns if normalise(column) in names)

    def unreadable(self, raw: pl.DataFrame, *, pay: bool) -> pl.DataFrame:
        """Return one row (``UNREADABLE_TYPES``) for each cell that is not what it should be.

        Args:
            raw: The raw table.
            pay: Whether amounts are read too.
        """
        return unreadable_cells(raw, {**self.reads, **(self.reads_amounts if pay else {})})


def unreadable_cells(raw: pl.DataFrame, reads: Mapping[str, Cell]) -> pl.DataFrame:
    """Return the cells of ``raw`` that say something which ``reads`` cannot read, in row order."""
    rows = raw.with_row_index("row", offset=1)
    found = [
        rows.filter(text(column).is_not_null() & cell.read(column).is_null()).select(
            pl.col("row").cast(pl.Int64),
            pl.lit(column).alias("column"),
            text(column).alias("value"),
            pl.lit(cell.rule).alias("rule"),
        )
        for column, cell in reads.items()
        if column in raw.columns
    ]
    return pl.concat([pl.DataFrame(schema=UNREADABLE_TYPES), *found]).sort(
        "row", maintain_order=True
    )


def complete(
    frame: pl.DataFrame, types: Mapping[str, pl.DataType | type[pl.DataType]]
) -> pl.DataFrame:
    """Return ``frame`` with exactly the columns of ``types``; those it lacks are empty."""
    return frame.select(
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
        for name, kind in types.items()
    )


def joined(*parts: pl.Expr) -> pl.Expr:
    """Return ``parts`` as one text, as the key of a person or an advert; an empty part is empty."""
    return pl.concat_str((part.cast(pl.String).fill_null("") for part in parts), separator="|")


def unless_missing(
    raw: pl.DataFrame, column: str, read: pl.Expr, default: pl.Expr | None = None
) -> pl.Expr:
    """Return ``read`` when ``raw`` has ``column``, which one can do without; else ``default``."""
    if column in raw.columns:
        return read
    return pl.lit(None) if default is None else default
