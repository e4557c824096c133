"""From a file to validated pay records and the rows that were rejected, with the reasons."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from data.errors import RejectsError, SourceError
from data.finish import named, with_rates, without_consequences, without_repeats
from data.pay import MAX_PAY_USD, MIN_PAY_USD, PERIODIC, YEARLY, add_pay_usd
from data.recognition import HEARD_TYPES, Recogniser
from data.record import RECORD_TYPES, REJECT_TYPES
from data.schema import record_schema, sift
from data.sources import Source
from data.sources.source import AMOUNT_TYPES, WORD_TYPES, complete
from data.table import read_table


@dataclass(frozen=True, slots=True)
class Loaded:
    """Validated records and what became of the other rows.

    Attributes:
        records: One pay record a row (``RECORD_TYPES``).
        rejects: One broken rule a row (``REJECT_TYPES``).
        heard: Each distinct word (``HEARD_TYPES``), what it was taken for, how many rows say it.
        rows_read: Rows of the file, by source.
        without_pay: Rows that state no pay at all, by source: set aside, which is no fault.
    """

    records: pl.DataFrame
    rejects: pl.DataFrame
    heard: pl.DataFrame
    rows_read: dict[str, int]
    without_pay: dict[str, int] = field(default_factory=dict)

    @property
    def rejected_share(self) -> float:
        """Return the share of the rows that state their pay which were rejected, 0 to 1."""
        rejected = self.rejects.select(pl.struct("source", "row").n_unique()).item()
        stated = sum(self.rows_read.values()) - sum(self.without_pay.values())
        return float(rejected) / max(stated, 1)


def load(source: Source, path: Path, recogniser: Recogniser, today: date) -> Loaded:
    """Return the pay records of the file at ``path``, read as ``source``.

    Raises:
        SourceError: The file cannot be read, a column that the source needs is missing, or there
            are no rows.
    """
    raw = read_table(path)
    require_columns(raw, source, path, pay=True)
    try:
        return load_rows(source, raw, recogniser, today)
    except PolarsError as error:
        first = str(error).splitlines()[0]
        raise SourceError(
            f"{path}: a column holds what {source.name} cannot read ({first})"
        ) from error


def load_rows(source: Source, raw: pl.DataFrame, recogniser: Recogniser, today: date) -> Loaded:
    """Return the pay records of ``raw``, a frame in the format of ``source``.

    Args:
        source: The format.
        raw: At least the columns that the source needs.
        recogniser: What reads the words.
        today: No record may be observed after this day.
    """
    cells = source.unreadable(raw, pay=True).select(pl.lit(source.name).alias("source"), pl.all())
    rows = pl.concat(
        [
            complete(source.words(raw), WORD_TYPES),
            complete(source.amounts(raw), AMOUNT_TYPES),
            raw.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row")),
        ],
        how="horizontal",
    )
    readable = rows.join(cells, on="row", how="anti", maintain_order="left")
    states_pay = pl.any_horizontal(pl.col(*PERIODIC, *YEARLY).is_not_null())
    paid = readable.filter(states_pay)
    inputs, heard = recogniser.read_frame(source.combine(paid))
    records, without_rate = with_rates(named(inputs, source.name))
    sifted = sift(add_pay_usd(records), record_schema(today, MIN_PAY_USD, MAX_PAY_USD))
    kept, repeated = without_repeats(sifted.kept)
    rejects = [cells, without_rate, without_consequences(sifted.rejects), repeated]
    return Loaded(
        records=kept.select(list(RECORD_TYPES)),
        rejects=pl.concat(rejects).sort("row", maintain_order=True),
        heard=heard,
        rows_read={source.name: raw.height},
        without_pay={source.name: readable.height - paid.height},
    )


def pool(parts: Iterable[Loaded]) -> Loaded:
    """Return the loads of several files as one, their records one after the other.

    The second file of one source is called ``NAME#2`` in rejects and record ids, so that rows of
    both can be told apart; people in both keep their one group.
    """
    files: Counter[str] = Counter()
    each = []
    for part in parts:
        (name,) = part.rows_read
        files[name] += 1
        each.append(part if files[name] == 1 else renamed(part, name, f"{name}#{files[name]}"))
    return Loaded(
        records=pl.concat([pl.DataFrame(schema=RECORD_TYPES), *(p.records for p in each)]),
        rejects=pl.concat([pl.DataFrame(schema=REJECT_TYPES), *(p.rejects for p in each)]),
        heard=pl.concat([pl.DataFrame(schema=HEARD_TYPES), *(p.heard for p in each)])
        .group_by("field", "given", "id", maintain_order=True)
        .agg(pl.col("rows").sum()),
        rows_read={name: rows for p in each for name, rows in p.rows_read.items()},
        without_pay={name: rows for p in each for name, rows in p.without_pay.items()},
    )


def renamed(part: Loaded, name: str, other: str) -> Loaded:
    """Return ``part``, the load of a file of the source ``name``, under the name ``other``."""
    own_row = pl.col("group_id") == pl.col("record_id")
    record = pl.col("record_id").str.replace(f"{name}:", f"{other}:", literal=True)
    return Loaded(
        records=part.records.with_columns(
            record_id=record, group_id=pl.when(own_row).then(record).otherwise("group_id")
        ),
        rejects=part.rejects.with_columns(pl.col("source").replace(name, other)),
        heard=part.heard,
        rows_read={other: part.rows_read[name]},
        without_pay={other: part.without_pay[name]},
    )


def refuse_many_rejects(loaded: Loaded, max_share: float) -> None:
    """Stop when more than ``max_share`` (0 to 1) of the rows that state pay were rejected.

    Raises:
        RejectsError: They were; the message holds the three most frequent rules.
    """
    if loaded.rejected_share <= max_share:
        return
    top = loaded.rejects.group_by("column", "rule").len().sort("len", descending=True).head(3)
    said = "; ".join(f"{n} x {column}: {rule}" for column, rule, n in top.iter_rows())
    raise RejectsError(
        f"{loaded.rejected_share:.1%} of the rows were rejected, more than the {max_share:.1%} "
        f"allowed ({said}); mend the file, or allow more with --max-rejected"
    )


def require_columns(raw: pl.DataFrame, source: Source, path: Path, *, pay: bool) -> None:
    """Check that ``raw`` has the columns that ``source`` needs, and rows.

    Args:
        raw: The table at ``path``.
        source: The format it is said to be in.
        path: Where it came from.
        pay: Whether amounts are needed too.

    Raises:
        SourceError: A column is missing or holds lists where it must not, or there are no rows;
            the message names the columns.
    """
    missing = source.lacking(raw.columns, pay=pay)
    if missing:
        found = ", ".join(map(repr, raw.columns[:8])) + (" …" if raw.width > 8 else "")
        raise SourceError(
            f"{path}: no column {', '.join(missing)}, which {source.name} needs; found {found} "
            "(another source? a table of your own may need a mapping file)"
        )
    plain = set(source.plain(raw.columns))
    for name, kind in raw.schema.items():
        if kind.is_nested() and name in plain:
            raise SourceError(f"{path}: column {name!r} holds {kind}, not plain values")
    if raw.is_empty():
        raise SourceError(f"{path}: no rows below the header")
