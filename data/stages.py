"""Which stage a company was in on a day, from dated facts and never from its size."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

import polars as pl

from data.companies import Company, Fact, company_key, known_companies
from data.errors import SourceError
from data.matching import matcher, normalise
from data.table import read_table
from data.vocabulary import vocabulary

CARRIED_BACK = frozenset({"public", "acquired", "private_equity"})
"""Stages that mostly last for years, so a later day's may be taken for an earlier one."""

UNSAID = frozenset({"", "unknown", "null", "none", "nan", "na", "n a", "other"})
"""Words by which a table says that it does not know a stage."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A company's stage; ``inferred`` when it was carried back from a later day."""

    stage: str
    inferred: bool


class Stages:
    """A look-up of company stages by day.

    It knows the facts of ``reference/companies.toml``, and the rows of a table where one is given.
    A row counts only where it takes the company further than the fact in force by the vocabulary's
    rank: tables keep calling a company listed after it was bought, and mix up namesakes.

    Attributes:
        unknown_words: Stages of the table that the vocabulary does not have, with their number of
            rows; these rows are left out.
    """

    def __init__(
        self,
        rows: Iterable[tuple[str, str, date]] = (),
        companies: Mapping[str, Company] | None = None,
    ) -> None:
        """Look up in ``companies`` (default: the known ones) and in ``rows``.

        Args:
            rows: Company, stage as given, and the day on which it was seen.
            companies: Employers by key.
        """
        known = known_companies() if companies is None else companies
        self.unknown_words: Counter[str] = Counter()
        self._facts = {key: list(company.facts) for key, company in known.items()}
        found: dict[str, list[Fact]] = {}
        for company, word, day in rows:
            if stage := self._read(word):
                found.setdefault(company_key(company), []).append(Fact(day, stage, exact=False))
        for key, seen in found.items():
            facts = self._facts.get(key, [])
            further = [row for row in seen if _goes_further(row, facts)]
            self._facts[key] = sorted([*facts, *further], key=lambda fact: fact.day)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return a look-up that also knows the table at ``path``, in the format of layoffs.fyi.

        Its columns are ``company``, ``stage`` and ``observed_on`` or ``date`` (2023-06-21 or
        6/21/2023), in any case; others are ignored, and so are rows without a day.

        Raises:
            SourceError: The file cannot be read, lacks a column, or has a day that is none.
        """
        table = read_table(path)
        table = table.rename({name: name.strip().lower() for name in table.columns})
        day = next((name for name in ("observed_on", "date") if name in table.columns), None)
        if day is None or not {"company", "stage"} <= set(table.columns):
            raise SourceError(
                f"{path}: needs the columns company, stage and observed_on (or date), "
                f"found {', '.join(table.columns)}"
            )
        dated = table.select("company", "stage", _days(path, table, day)).drop_nulls()
        return cls(dated.iter_rows())

    def at(self, company: str, day: date) -> Stage | None:
        """Return the stage ``company`` was in on ``day``, or None when nobody knows.

        The nearest earlier fact counts. Without one, the first later fact is carried back, marked
        as inferred, if its stage is one of ``CARRIED_BACK`` and may have begun before its day.

        >>> from datetime import date
        >>> Stages().at("Uber", date(2020, 5, 6))
        Stage(stage='public', inferred=False)
        >>> Stages().at("Uber", date(2018, 5, 6))
        Stage(stage='late_stage', inferred=False)
        """
        facts = self._facts.get(company_key(company))
        if not facts:
            return None
        earlier = bisect_right(facts, day, key=lambda fact: fact.day)
        if earlier:
            stage = facts[earlier - 1].stage
            return Stage(stage, inferred=False) if stage else None
        later = facts[0]
        if later.stage in CARRIED_BACK and not later.exact:
            return Stage(later.stage, inferred=True)
        return None

    def _read(self, word: str) -> str | None:
        if normalise(word) in UNSAID:
            return None
        found = matcher("company_stages").match(word)
        if found is None:
            self.unknown_words[word] += 1
            return None
        return found.id


def _goes_further(row: Fact, facts: Iterable[Fact]) -> bool:
    # What a company has been from its beginning (date.min) holds only until anything is seen.
    seen = (fact for fact in facts if date.min < fact.day <= row.day)
    in_force = max(seen, key=lambda fact: fact.day, default=None)
    return in_force is None or _rank(row.stage) > _rank(in_force.stage)


def _rank(stage: str | None) -> int:
    return int(vocabulary("company_stages")[stage].attributes["rank"]) if stage else -1


def _days(path: Path, table: pl.DataFrame, column: str) -> pl.Series:
    """Return ``column`` as days; empty and NULL become null."""
    if table.schema[column].is_temporal():
        return table[column].cast(pl.Date)
    text = table[column].cast(pl.String).str.strip_chars()
    text = text.replace({"": None, "NULL": None, "NA": None})
    days = text.str.to_date("%Y-%m-%d", strict=False)
    american = text.str.to_date("%m/%d/%Y", strict=False)
    days = days.zip_with(days.is_not_null(), american)
    if (bad := text.is_not_null() & days.is_null()).any():
        row = bad.arg_true()[0]
        raise SourceError(
            f"{path}: row {row + 1}: {column} {text[row]!r} is not a day "
            "such as 2023-06-21 or 6/21/2023"
        )
    return days
