"""What the API answers; OpenAPI is made from these classes alone."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

UNKNOWN_EXAMPLE = "title 'Dta sientist' is not in the vocabulary; the nearest are data_scientist"
PROBLEM_EXAMPLE: dict[str, Any] = {
    "type": "/problems/unknown-word",
    "title": "A word was not recognised",
    "status": 422,
    "detail": UNKNOWN_EXAMPLE,
    "errors": [{"field": "title", "message": UNKNOWN_EXAMPLE}],
    "candidates": ["data_scientist"],
}


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


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROBLEM_EXAMPLE]})

    type: str
    title: str
    status: int
    detail: str
    errors: list["FieldProblem"] = []
    candidates: list[str] = Field(default=[], description="Nearest vocabulary ids, best first.")
    request_id: str | None = Field(
        default=None, description="The answer's X-Request-ID; null within a batch."
    )


class ProblemMeaning(BaseModel):
    """What a type of problem means."""

    type: str
    title: str
    status: int
    when: str
    way_out: str


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class BatchItem(BaseModel):
    """The answer to one item: a prediction or a problem, never both."""

    index: int
    item_id: str | None = Field(None, description="As the caller gave it; null without one.")
    prediction: Prediction | None
    problem: Problem | None


class BatchAnswer(BaseModel):
    """The answers in the order of the items."""

    items: list[BatchItem]


class VocabularyEntry(BaseModel):
    """One word of a vocabulary."""

    id: str
    en: str
    fr: str


class PayIndexAnswer(BaseModel):
    """How base pay of AI and machine-learning people rose between two days."""

    track: Literal["individual", "manager"]
    who: str
    pay_basis: Literal["base"] = Field(
        "base", description="Base pay only: nothing is said of bonus and equity."
    )
    since: date = Field(description="The day on which the index is 1.")
    day: date
    index: float = Field(description="Base pay on day over base pay on since.")
    lowest: float = Field(description="The same at the low end of what the sources give.")
    highest: float = Field(description="The same at their high end.")
    known_from: date
    known_until: date = Field(description="Nothing later was published; such a day is a problem.")
    sources: list["PayIndexSource"]


class PayIndexSource(BaseModel):
    """Who says so, of which time and when: rises are shares a year."""

    source: str
    published: date
    since: date
    until: date
    yearly: float
    lowest: float
    highest: float


class ModelAnswer(BaseModel):
    """The model in service: what it learned from, what was measured, its card."""

    model: ModelTold
    synthetic: bool
    pay_bases: dict[str, int] = Field(description="Pay basis -> training records.")
    metrics: dict[str, dict[str, float]] = Field(description="Split -> metric -> value.")
    coverage: list["GroupCoverage"] = Field(description="Measured at a stated 80 % and 90 %.")
    reliability: dict[str, "LabelMeaning"] = Field(
        description="Reliability label -> how people with it fared who were held out."
    )
    card: str = Field(description="The model card, Markdown.")


class GroupCoverage(BaseModel):
    """Coverage measured on the held-out records of one group, drawn to that of a larger one."""

    group: str
    n: int = Field(description="Records of the group alone.")
    stated: float
    measured: float
    low: float = Field(description="Lower end of the 95 % interval of the measured coverage.")
    high: float = Field(description="Its upper end.")


class LabelMeaning(BaseModel):
    """Error and coverage of held-out people whose answer had one reliability label."""

    records: float = Field(description="Answers, the same people with inputs left out included.")
    median_absolute_percentage_error: float = Field(description="A share of the actual pay.")
    coverage_80: float
    coverage_90: float


class RatioTold(BaseModel):
    """A factor on pay with the ends of its interval."""

    factor: float
    coverage: float = Field(description="Of the interval, 0 to 1.")
    lower: float
    upper: float


class SkillPremium(BaseModel):
    """The same person with and without one skill."""

    given: str
    skill: str = Field(description="Vocabulary id.")
    median_with: int
    median_without: int
    factor: float = Field(description="The median with the skill over that without.")
    interval: RatioTold | None = Field(description="Of the factor; null: too few records list it.")
    n: int | None = Field(description="Training records that list it; null: fewer than are told.")
    shown: bool = Field(description="Whether the data show a difference: the interval holds no 1.")
    on_average: RatioTold | None = Field(
        description="What was measured over all who list it, everybody alike in all else."
    )
    told: str


class SkillPremiums(BaseModel):
    """What each skill goes along with, in the order asked."""

    id: str
    currency: str
    pay_basis: str
    skills: list[SkillPremium]
    association: str = Field(description="What these figures are not.")
    model: ModelTold
