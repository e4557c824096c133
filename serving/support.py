"""How much a model knows of people like one, and what about one it has not seen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Self

import polars as pl

from serving.bands import experience_bands
from serving.combinations import Combinations
from serving.neighbourhood import ALIKE, SEPARATOR, Neighbourhood, word_of

HIGH, MEDIUM = 200, 40
"""Similar records needed for a high and for a medium reliability."""

HIGH_SCALE, MEDIUM_SCALE = 0.25, 0.35
"""Largest predicted scale, mean distance of log pay, of a high and of a medium reliability."""

MOST_KEPT = 4096
"""Jobs whose counts are kept at once."""

STAGE_NEEDS = 200
"""A stage seen in fewer records than this cannot be more than medium."""

ESSENTIAL = ("role", "country")
"""A word of these never seen makes an answer low."""

COUNTED = (*ESSENTIAL, "seniority", "company", "metro", "industry", "education")
"""Fields of which a word never seen is named; all but the essential keep an answer from high."""

Label = Literal["high", "medium", "low"]
LABELS: tuple[Label, ...] = ("low", "medium", "high")

Doubt = tuple[int, str]
"""The place in ``LABELS`` that an answer cannot exceed, and why."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far to trust an answer, and why not further."""

    label: Label
    similar_records: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a model says of a record.

    Attributes:
        scale: Predicted spread of log pay.
        median_usd: Predicted pay, USD a year.
    """

    scale: float
    median_usd: float


@dataclass(frozen=True)
class Support:
    """Counts of the training records.

    Attributes:
        alike: The words of ``ALIKE`` joined -> number of records.
        words: Field -> word -> number of records.
        years: Lowest and highest years of experience seen.
        bases: Pay basis -> number of records.
        largest: Pay basis -> the pay, USD a year, that one in a thousand exceeds.
    """

    alike: Mapping[str, int]
    words: Mapping[str, Mapping[str, int]]
    years: tuple[float, float]
    bases: Mapping[str, int]
    largest: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def count(cls, frame: pl.DataFrame) -> Self:
        """Return the counts of the records of ``frame`` (inputs, and ``pay_usd``)."""
        bands = pl.Series("experience", experience_bands(frame["years_experience"]), pl.String)
        cells = frame.with_columns(bands).select(
            pl.concat_str(*(pl.col(f).fill_null("") for f in ALIKE), separator=SEPARATOR).alias(
                "cell"
            )
        )
        years = frame["years_experience"].drop_nulls()
        top = frame.group_by("pay_basis").agg(pl.col("pay_usd").quantile(0.999)).sort("pay_basis")
        words = {f: _counts(frame[f]) for f in (*COUNTED, "company_stage")}
        skills = frame["skills"].explode(empty_as_null=True)
        return cls(
            alike=_counts(cells["cell"]),
            words={**words, "skills": _counts(skills)},
            years=(_float(years.min()), _float(years.quantile(0.999))),
            bases=_counts(frame["pay_basis"]),
            largest=dict(top.drop_nulls().iter_rows()),
        )

    def judge(self, record: Mapping[str, Any], said: Said | None = None) -> Reliability:
        """Return how far an answer for ``record`` (inputs) can be trusted, with the reasons.

        Args:
            record: What is asked for.
            said: What the model says of it; without, only what was seen is judged.
        """
        similar, unusual = self._seen(record)
        doubts = [
            *_of_similar(similar),
            *self._of_words(record),
            *self._of_numbers(record),
            *unusual,
            *(self._of_said(record, said) if said else ()),
        ]
        cap = min((place for place, _ in doubts), default=2)
        return Reliability(LABELS[cap], similar, tuple(reason for _, reason in doubts))

    def similar(self, record: Mapping[str, Any]) -> int:
        """Return the effective number of training records like ``record`` (inputs)."""
        return self._seen(record)[0]

    def _seen(self, record: Mapping[str, Any]) -> tuple[int, tuple[Doubt, ...]]:
        words = tuple(word_of(name, record) for name in ALIKE)
        found = self._kept.get(words)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            similar = round(self._neighbourhood.similar(record))
            found = self._kept[words] = similar, tuple(self._combinations.unusual(record))
        return found

    def _of_words(self, record: Mapping[str, Any]) -> Iterator[Doubt]:
        for name in COUNTED:
            word = record.get(name)
            if word is not None and word not in self.words.get(name, {word: 1}):
                yield int(name not in ESSENTIAL), f"{name} {word} was never seen in training"
        stage = record.get("company_stage")
        n = self.words["company_stage"].get(str(stage), 0)
        if stage is not None and n < STAGE_NEEDS:
            yield 1, f"company_stage {stage} was seen in {n} records, under {STAGE_NEEDS}"
        known = self.words.get("skills")
        if known is not None:
            for skill in record.get("skills") or ():
                if skill not in known:
                    yield 2, f"skill {skill} was never seen in training"

    def _of_numbers(self, record: Mapping[str, Any]) -> Iterator[Doubt]:
        years = record.get("years_experience")
        if years is not None and not self.years[0] <= years <= self.years[1]:
            yield (
                1,
                f"years_experience {years:g} lies outside the {self.years[0]:g} to "
                f"{self.years[1]:g} years seen in training",
            )
        if record.get("seniority") is None and years is None:
            yield 1, "neither seniority nor years_experience is known"

    def _of_said(self, record: Mapping[str, Any], said: Said) -> Iterator[Doubt]:
        largest = self.largest.get(str(record.get("pay_basis")))
        if largest is not None and said.median_usd > largest:
            yield 0, f"the median is above {largest:.0f} USD, which one in a thousand exceeds"
        if said.scale > HIGH_SCALE:
            yield (
                int(said.scale <= MEDIUM_SCALE),
                f"pay of such people is typically {100 * said.scale:.0f} % away from its median",
            )

    @cached_property
    def _kept(self) -> dict[tuple[str | None, ...], tuple[int, tuple[Doubt, ...]]]:
        """Words of ``ALIKE`` -> what was counted of them: much the same jobs are asked for."""
        return {}

    @cached_property
    def _neighbourhood(self) -> Neighbourhood:
        return Neighbourhood(self.alike)

    @cached_property
    def _combinations(self) -> Combinations:
        return Combinations.count(self.alike)


def _of_similar(similar: int) -> Iterator[Doubt]:
    if similar < HIGH:
        alike = "(same role and country, near in seniority, stage and experience)"
        yield int(similar >= MEDIUM), f"only {similar} similar records {alike}"


def _counts(values: pl.Series) -> dict[str, int]:
    counted = values.drop_nulls().value_counts().sort(values.name)
    return dict(counted.iter_rows())


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
