"""The real tables that are compared on, as they are and with the service's minimal inputs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from data.errors import SourceError
from data.recognition import Recogniser
from data.record import INPUT_TYPES
from data.sources import source_named
from training.benchmark.splits import COLD, RANDOM, SPLITS, split_of
from training.gather import Wanted, gather
from training.split import drawn

FILES = {
    "levels_fyi": "levels_fyi.parquet",
    "aijobs": "aijobs_salaries_2025_06.parquet",
    "stackoverflow": "stackoverflow_2023_us.parquet",
    "ai_job_ads": "ai_job_ads_2026_01.parquet",
}
"""Source -> its file in the folder of real tables."""

POOLED = {"exec_sales_ads": "exec_sales_ads_2026.parquet"}
"""The same of sources too small to compare methods on, which are pooled with the others."""

MINIMAL = (
    *("role", "specialisation", "company_stage", "stage_inferred", "country", "region", "metro"),
    *("locality", "years_experience", "fte_share", "observed_on", "pay_basis"),
)
"""What a request at least holds: without company, company level, seniority or education."""

REPORTS_EMPLOYER = "levels_fyi"
"""The table whose rows name company and level: also asked without, and with minimal inputs."""


@dataclass(frozen=True, slots=True)
class Table:
    """Records to compare on.

    Attributes:
        name: Of the source, or of the source with minimal inputs.
        records: Where they are stored, Parquet.
        height: How many there are.
        splits: Which of ``training.benchmark.splits.SPLITS`` can be made.
        peers: The only methods to compare; empty for all.
    """

    name: str
    records: Path
    height: int
    splits: tuple[str, ...]
    peers: tuple[str, ...] = ()

    @property
    def names_employer(self) -> bool:
        """Return whether its rows are also asked without their employer."""
        return self.name == REPORTS_EMPLOYER


def wanted(given: Sequence[str], folder: Path) -> list[Wanted]:
    """Return the tables ``given`` as NAME=PATH; without any, those of ``FILES`` in ``folder``.

    Raises:
        SourceError: One is not ``NAME=PATH`` of a known source, or the folder holds no table.
    """
    if given:
        named = [Wanted.parse(each) for each in given]
        return [Wanted(source_named(each.name).name, each.path) for each in named]
    found = [Wanted(name, folder / file) for name, file in FILES.items()]
    there = [each for each in found if each.path is not None and each.path.exists()]
    if not there:
        raise SourceError(
            f"{folder}: none of {', '.join(FILES.values())}; name the folder of real pay tables "
            "with --data or PAYLENS_REAL_DATA, or tables with --source NAME=PATH"
        )
    return there


def pooled_besides(given: Sequence[str], folder: Path) -> list[Wanted]:
    """Return the tables of ``POOLED`` in ``folder``; none where tables are ``given``."""
    found = [Wanted(name, folder / file) for name, file in POOLED.items()]
    return [each for each in found if not given and each.path and each.path.exists()]


def tables(
    sources: Iterable[Wanted],
    recogniser: Recogniser,
    today: date,
    rows: int | None,
    folder: Path,
) -> list[Table]:
    """Return the tables of ``sources``, their records written into ``folder``.

    Args:
        sources: What to read.
        recogniser: What reads their words.
        today: No record may be observed after this day.
        rows: About so many records of each, drawn by group; None for all.
        folder: Where the records are put for other processes to read.
    """
    found = []
    for source in sources:
        records = gather([source], recogniser, today, lambda _: None).loaded.records
        kept = some(records, rows)
        splits = tuple(name for name in SPLITS if split_of(kept, name, 0) is not None)
        found.append(_stored(source.name, kept, splits, (), folder))
        if source.name == REPORTS_EMPLOYER:
            # Asked of the few it is meant for: the look-up pay sites show, and the strongest peer.
            name = f"{source.name}_minimal"
            found.append(_stored(name, minimal(kept), (RANDOM,), COLD, folder))
    return found


def some(records: pl.DataFrame, rows: int | None, seed: int = 0) -> pl.DataFrame:
    """Return about ``rows`` of ``records``, drawn by group; all when there are no more."""
    if rows is None or rows >= records.height:
        return records
    share = rows / records.height
    return records.filter(drawn(records["group_id"], share, np.random.default_rng(seed)))


def minimal(records: pl.DataFrame) -> pl.DataFrame:
    """Return ``records`` with all inputs empty that are not among ``MINIMAL``."""
    return records.with_columns(
        pl.lit([] if name == "skills" else None, kind).alias(name)
        for name, kind in INPUT_TYPES.items()
        if name not in MINIMAL
    )


def _stored(
    name: str, records: pl.DataFrame, splits: tuple[str, ...], peers: tuple[str, ...], folder: Path
) -> Table:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{records.height}.parquet"
    records.write_parquet(path)
    return Table(name, path, records.height, splits, peers)
