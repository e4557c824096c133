"""What is answered about one person; OpenAPI is made from these classes."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field


@dataclass(slots=True, kw_only=True)
class Range:
    """Where one person's pay falls, with the stated and the measured coverage."""

    coverage: float
    lower: int
    upper: int
    measured_coverage: Annotated[
        float | None, Field(description="On held-out people; null: not measured.")
    ]
    measured_on: "MeasuredOn | None"


@dataclass(slots=True, kw_only=True)
class MeasuredOn:
    """The held-out people a coverage was measured on.

    The share of a group is drawn to that of the larger group around it, the more so the smaller it
    is: a role asked with the same inputs to all who were asked so, and those to all.
    """

    group: str
    n: Annotated[int, Field(description="Records of the group alone.")]
    low: Annotated[
        float, Field(description="Lower end of the 95 % interval of the measured coverage.")
    ]
    high: Annotated[float, Field(description="Its upper end.")]


@dataclass(slots=True, kw_only=True)
class MedianInterval:
    """How sure the typical pay itself is; not where one person's pay falls."""

    coverage: float
    lower: int
    upper: int


@dataclass(slots=True, kw_only=True)
class Components:
    """What the median is made of; the three add up to it."""

    base: int
    bonus: int
    equity: int


@dataclass(slots=True, kw_only=True)
class ComponentRange:
    """Where one component of one person's pay falls."""

    lower: Annotated[int, Field(description="Exactly 0 where many such people have none.")]
    upper: int
    none_share: Annotated[
        float, Field(description="Share of such people who have none of it, 0 to 1.")
    ]
    measured_coverage: Annotated[
        float | None, Field(description="On held-out people; null: not measured.")
    ]


@dataclass(slots=True, kw_only=True)
class ComponentRanges:
    """Where base, bonus and equity fall, each by itself: their ends do not add up to the range."""

    coverage: Annotated[float, Field(description="Of each; that of the range.")]
    base: ComponentRange
    bonus: ComponentRange
    equity: ComponentRange


@dataclass(slots=True, kw_only=True)
class Reliability:
    """How far to trust the answer, and why not further."""

    label: Literal["high", "medium", "low"]
    similar_records: Annotated[
        int, Field(description="Effective number: those only nearly alike count in part.")
    ]
    reasons: list[str]


@dataclass(slots=True, kw_only=True)
class RecognisedWord:
    """What one word was taken for."""

    given: str
    id: Annotated[str | None, Field(description="Vocabulary id; null when nobody knows the word.")]
    status: Literal["mapped", "unknown"]
    score: Annotated[float, Field(description="1 is exact.")]


@dataclass(slots=True, kw_only=True)
class RecognisedTitle(RecognisedWord):
    """What the title was taken for."""

    role: str | None
    seniority: str | None


@dataclass(slots=True, kw_only=True)
class RecognisedSkill:
    """What one skill was taken for."""

    given: str
    skill: Annotated[
        str | None, Field(description="Vocabulary id; null when nobody knows the word.")
    ]
    status: Literal["mapped", "unknown"]
    score: float


@dataclass(slots=True, kw_only=True)
class Factor:
    """One factor; all of them multiply to the median, the baseline being an amount."""

    field: str
    value: Any
    factor: float


@dataclass(slots=True, kw_only=True)
class ModelTold:
    """The model that answered."""

    name: str
    version: str
    trained_on: date
    data: Annotated[str, Field(description="What it learned from; synthetic data is called so.")]


@dataclass(slots=True, kw_only=True)
class ExchangeRate:
    """The rate that turned USD into the answer's currency."""

    usd: Annotated[float, Field(description="USD for one unit of the currency.")]
    day: date


@dataclass(slots=True, kw_only=True)
class Prediction:
    """The answer: whole units of the currency, gross, a year, full time."""

    id: str
    currency: str
    exchange_rate: Annotated[ExchangeRate | None, Field(description="Null for USD.")]
    period: Literal["year"] = "year"
    pay_basis: str
    as_of: date
    median: int
    percentiles: dict[str, int]
    range: Range
    median_interval: MedianInterval
    components: Annotated[Components | None, Field(description="Null unless pay_basis is total.")]
    component_ranges: Annotated[
        ComponentRanges | None, Field(description="Null where components are.")
    ]
    reliability: Reliability
    recognised: dict[str, RecognisedTitle | RecognisedWord | list[RecognisedSkill]]
    factors: Annotated[list[Factor] | None, Field(description="Null unless explain is true.")]
    model: ModelTold
