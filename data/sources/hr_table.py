"""A table of one's own, as a personnel system exports it: our column names or a mapping to them."""

from collections.abc import Collection, Mapping
from typing import ClassVar

import polars as pl

from data.errors import SourceError
from data.matching import normalise
from data.sources.cells import DAY, EMPLOYEES, NUMBER, SHARE, Cell, items, number, period, text
from data.sources.mapping import COLUMNS, ColumnMapping
from data.sources.source import WORD_TYPES, Source, unreadable_cells

PAYS = ("total_compensation", "base", "posted_low", "posted_high")
"""Amounts of which a table needs one."""

NUMBERS = (*PAYS, "bonus", "equity", "equity_grant", "vesting_years", "weight")

WHO = ("title", "role")
"""Words of which a table needs one."""


class HrTable(Source):
    """One person (or advert) a row, in any currency, pay period and share of full time.

    Columns that are not ours are not read, so names and addresses go nowhere. A row without a
    ``pay_basis`` says by its amounts what its pay counts: ``total`` with a total or an equity,
    ``cash`` with a bonus, ``base`` with a base alone, ``posted_base`` with the ends of a range.

    Attributes:
        mapping: What the table calls our columns, and what stands in its empty cells.
    """

    name = "table"
    other_names = ("hr_table",)
    reads: ClassVar[Mapping[str, Cell]] = {
        "company_size": EMPLOYEES,
        "remote_share": SHARE,
        "years_experience": NUMBER,
        "years_at_company": NUMBER,
        "fte_share": SHARE,
        "observed_on": DAY,
    }
    reads_amounts: ClassVar[Mapping[str, Cell]] = dict.fromkeys(NUMBERS, NUMBER)
    protected = ("gender", "sex", "ethnicity", "race", "age", "date_of_birth", "nationality")

    def __init__(self, mapping: ColumnMapping | None = None) -> None:
        self.mapping = mapping or ColumnMapping()

    def words(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the words of each row; the place may stand in ``location`` or ``metro``."""
        ours = self.renamed(raw)
        plain = {name: text(name) for name in WORD_TYPES if name in COLUMNS and name != "skills"}
        parsed = {name: cell.read(name) for name, cell in self.reads.items()}
        return ours.select(
            **plain
            | parsed
            | {
                "skills": items("skills", ours.schema["skills"]),
                "specialisation": text("specialisation").str.to_lowercase(),
                "pay_basis": text("pay_basis").str.to_lowercase(),
                "location": pl.coalesce(text("location"), text("metro")),
            }
        )

    def amounts(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return the amounts of each row; a grant is spread evenly over its years of vesting."""
        grant = number("equity_grant") / number("vesting_years")
        return self.renamed(raw).select(
            *(number(name) for name in (*PAYS, "bonus", "weight")),
            *(text(name).alias(name) for name in ("gender", "ethnicity")),
            currency=text("currency").str.to_uppercase(),
            pay_period=period("pay_period"),
            equity=pl.coalesce(number("equity"), pl.when(grant.is_finite()).then(grant)),
            person=pl.coalesce(text("employee_id"), text("record_id")),
            identity=pl.concat_str(
                pl.coalesce(text("record_id"), text("employee_id")), text("observed_on")
            ),
        )

    def combine(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return ``rows`` with what their pay counts, where they do not say it."""
        stated = {name: pl.col(name).is_not_null() for name in (*PAYS, "bonus", "equity")}
        basis = (
            pl.when(stated["total_compensation"] | (stated["base"] & stated["equity"]))
            .then(pl.lit("total"))
            .when(stated["base"] & stated["bonus"])
            .then(pl.lit("cash"))
            .when(stated["base"])
            .then(pl.lit("base"))
            .when(stated["posted_low"] | stated["posted_high"])
            .then(pl.lit("posted_base"))
            .otherwise(pl.lit("total"))
        )
        return rows.with_columns(pl.coalesce("pay_basis", basis))

    def lacking(self, columns: Collection[str], *, pay: bool) -> tuple[str, ...]:
        """Return what is missing: a mapped column, who it is about, and an amount of pay."""
        ours = self.found(columns).keys() | self.mapping.defaults.keys()
        mapped = self.mapping.columns.items()
        gone = tuple(f"{theirs!r} (for {name})" for name, theirs in mapped if theirs not in columns)
        wanted = (WHO, PAYS) if pay else (WHO,)
        return gone + tuple(
            " or ".join(map(repr, names)) for names in wanted if ours.isdisjoint(names)
        )

    def unreadable(self, raw: pl.DataFrame, *, pay: bool) -> pl.DataFrame:
        """Return the cells that are not what they should be, and grants that never vest."""
        ours = self.renamed(raw)
        cells = unreadable_cells(ours, {**self.reads, **(self.reads_amounts if pay else {})})
        if pay:
            vests = (number("vesting_years") > 0).fill_null(value=False)
            granted = number("equity").is_null() & (number("equity_grant") != 0)
            never = ours.with_row_index("row", offset=1).filter(granted & ~vests)
            cells = cells.vstack(
                never.select(
                    pl.col("row").cast(pl.Int64),
                    pl.lit("vesting_years").alias("column"),
                    text("vesting_years").alias("value"),
                    pl.lit("above 0 where there is an equity_grant").alias("rule"),
                )
            )
        return cells.with_columns(pl.col("column").replace(self.found(raw.columns)))

    def plain(self, columns: Collection[str]) -> tuple[str, ...]:
        """Return those of ``columns`` that are ours, but for the lists of skills."""
        return tuple(theirs for name, theirs in self.found(columns).items() if name != "skills")

    def renamed(self, raw: pl.DataFrame) -> pl.DataFrame:
        """Return all our columns (``COLUMNS``) as ``raw`` has them, defaults in the empty cells."""
        found, defaults = self.found(raw.columns), self.mapping.defaults
        return raw.select(
            (
                pl.lit(defaults.get(name), pl.String)
                if name not in found
                else pl.coalesce(text(found[name]), pl.lit(defaults[name]))
                if name in defaults and not raw.schema[found[name]].is_nested()
                else pl.col(found[name])
            ).alias(name)
            for name in COLUMNS
        )

    def found(self, columns: Collection[str]) -> dict[str, str]:
        """Return our column -> theirs, for those of ours that are among ``columns``.

        A column is ours by its mapping, or else by its name, in any case and with any separators.

        Raises:
            SourceError: Two columns have one of our names.
        """
        found = {}
        for name in COLUMNS:
            theirs = self.mapping.columns.get(name)
            alike = [column for column in columns if column == (theirs or name)]
            if not alike and theirs is None:
                alike = [column for column in columns if normalise(column) == normalise(name)]
            if len(alike) > 1:
                both = " and ".join(map(repr, alike))
                raise SourceError(f"columns {both} are both called {name}; map the one that is")
            if alike:
                found[name] = alike[0]
        return found


SOURCE = HrTable()
