"""How much a model knows of people like one: the weight of similar training records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

import polars as pl

ALIKE = ("pay_basis", "role", "country", "seniority")
"""Records are similar when they agree in these."""

HIGH, MEDIUM = 200, 40
"""Similar records needed for a high and for a medium reliability."""

STAGE_NEEDS = 200
"""A stage seen in fewer records than this cannot be more than medium."""

SEPARATOR = "|"


Label = Literal["high", "medium", "low"]
LABELS: tuple[Label, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far to trust an answer, and why not further."""

    label: Label
    similar_records: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Support:
    """Counts of the training records.

    Attributes:
        alike: The values of ``ALIKE`` joined -> number of records.
        words: Field -> word -> number of records, for role, country, company and stage.
        years: Lowest and highest years of experience seen.
        bases: Pay basis -> number of records.
    """

    alike: Mapping[str, int]
    words: Mapping[str, Mapping[str, int]]
    years: tuple[float, float]
    bases: Mapping[str, int]

    @classmethod
    def count(cls, frame: pl.DataFrame) -> Self:
        """Return the counts of the records of ``frame`` (inputs)."""
        key = pl.concat_str(*(pl.col(f).fill_null("") for f in ALIKE), separator=SEPARATOR)
        years = frame["years_experience"].drop_nulls()
        return cls(
            alike=_counts(frame.select(key.alias("key"))["key"]),
            words={f: _counts(frame[f]) for f in ("role", "country", "company", "company_stage")},
            years=(_float(years.min()), _float(years.quantile(0.999))),
            bases=_counts(frame["pay_basis"]),
        )

    def judge(self, record: Mapping[str, Any]) -> Reliability:
        """Return how far an answer for ``record`` (inputs) can be trusted, with the reasons."""
        similar = self.similar(record)
        reasons: list[str] = []
        cap = 2 if similar >= HIGH else 1 if similar >= MEDIUM else 0
        if cap < 2:
            reasons.append(f"only {similar} similar records (same role, country and seniority)")
        for field in ("role", "country"):
            word = record.get(field)
            if word is not None and word not in self.words[field]:
                cap = 0
                reasons.append(f"{field} {word} was never seen in training")
        stage = record.get("company_stage")
        if stage is not None and self.words["company_stage"].get(stage, 0) < STAGE_NEEDS:
            cap = min(cap, 1)
            n = self.words["company_stage"].get(stage, 0)
            reasons.append(f"company_stage {stage} was seen in {n} records, under {STAGE_NEEDS}")
        years = record.get("years_experience")
        if years is not None and not self.years[0] <= years <= self.years[1]:
            cap = min(cap, 1)
            reasons.append(
                f"years_experience {years:g} lies outside the {self.years[0]:g} to "
                f"{self.years[1]:g} years seen in training"
            )
        if record.get("seniority") is None and years is None:
            cap = min(cap, 1)
            reasons.append("neither seniority nor years_experience is known")
        return Reliability(LABELS[cap], similar, tuple(reasons))

    def similar(self, record: Mapping[str, Any]) -> int:
        """Return the number of training records that agree with ``record`` in ``ALIKE``.

        A field the record leaves open agrees with every value.
        """
        wanted = [record.get(field) for field in ALIKE]
        if None not in wanted:
            return self.alike.get(SEPARATOR.join(map(str, wanted)), 0)
        return sum(
            n
            for key, n in self.alike.items()
            if all(
                given is None or given == word
                for given, word in zip(wanted, key.split(SEPARATOR), strict=True)
            )
        )


def _counts(values: pl.Series) -> dict[str, int]:
    counted = values.drop_nulls().value_counts().sort(values.name)
    return dict(counted.iter_rows())


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
