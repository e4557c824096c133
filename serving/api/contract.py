"""What the API takes and answers; OpenAPI is made from these classes alone."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from data.record import MAX_YEARS

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]

REFUSED: dict[str, str] = dict.fromkeys(
    ("gender", "sex", "ethnicity", "race", "age", "birth_date", "date_of_birth", "nationality",
     "religion", "disability", "marital_status"),
    "a protected attribute; a prediction never depends on it",
) | dict.fromkeys(
    ("current_pay", "current_salary", "salary", "past_pay", "previous_salary", "salary_history",
     "base", "bonus", "equity", "total_compensation", "pay"),
    "current or past pay; a prediction that used it would carry old unfairness on",
) | dict.fromkeys(
    ("postal_code", "postcode", "zip", "zip_code"),
    "a postal code; it stands in for who lives there, so the metro is asked for instead",
)  # fmt: skip
"""Fields refused by name, and why."""

EXAMPLE: dict[str, Any] = {
    "title": "Senior machine learning engineer",
    "skills": ["PyTorch", "LLM pretraining"],
    "company_stage": "series_b",
    "country": "US",
    "metro": "San Francisco Bay Area",
    "years_experience": 6,
}


UNKNOWN_EXAMPLE = "title 'Dta sientist' is not in the vocabulary; the nearest are data_scientist"
PROBLEM_EXAMPLE: dict[str, Any] = {
    "type": "/problems/unknown-title",
    "title": "A word was not recognised",
    "status": 422,
    "detail": UNKNOWN_EXAMPLE,
    "errors": [{"field": "title", "message": UNKNOWN_EXAMPLE}],
    "candidates": ["data_scientist"],
}


class PredictionRequest(BaseModel):
    """Who the prediction is for. At least ``title`` or ``role`` is needed; the rest is optional."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [EXAMPLE],
            "anyOf": [{"required": ["title"]}, {"required": ["role"]}],
        },
    )

    title: Text | None = Field(None, description="The job title, in free words, EN or FR.")
    role: Text | None = Field(None, description="Id or name of a role of the vocabulary.")
    seniority: Text | None = Field(None, description="Id or name of a seniority.")
    track: Literal["individual", "manager"] | None = None
    skills: list[Text] = Field([], max_length=100, description="Skills, in free words.")
    specialisation: Text | None = Field(None, description="Field of work, in free words.")
    company: Text | None = None
    company_level: Text | None = Field(None, description="The employer's own level, such as L5.")
    company_stage: Text | None = Field(None, description="Id or name of a company stage.")
    company_size: float | None = Field(None, ge=1, le=10_000_000, description="Employees.")
    industry: Text | None = None
    country: Text | None = Field(None, description="ISO 3166-1 alpha-2 code or name.")
    metro: Text | None = Field(None, description="Metro area or place, in free words.")
    remote_share: float | None = Field(None, ge=0, le=1, description="Share of working time.")
    years_experience: float | None = Field(None, ge=0, le=MAX_YEARS, description="Years.")
    years_at_company: float | None = Field(None, ge=0, le=MAX_YEARS, description="Years.")
    education: Text | None = Field(None, description="Id or name of a level of education.")
    employment_type: (
        Literal["full_time", "part_time", "contract", "freelance", "internship"] | None
    ) = None
    currency: str = Field("USD", pattern="^[A-Z]{3}$", description="ISO 4217 code of the answer.")
    as_of: date | None = Field(
        None, description="The day the pay is for; today by default, at most five years ahead."
    )
    pay_basis: Literal["total", "cash", "base", "posted_base"] = Field(
        "total", description="What is predicted: total compensation unless said otherwise."
    )
    coverage: float = Field(0.8, ge=0.01, le=0.99, description="Of the range, 0 to 1.")
    percentiles: list[Annotated[int, Field(ge=1, le=99)]] = Field(
        [10, 25, 50, 75, 90], min_length=1, max_length=99
    )
    explain: bool = Field(False, description="Also answer the factors of the prediction.")

    @model_validator(mode="before")
    @classmethod
    def refuse_by_name(cls, given: object) -> object:
        """Refuse fields that a prediction must never depend on, saying why."""
        named = sorted(REFUSED.keys() & given.keys()) if isinstance(given, dict) else []
        if named:
            raise ValueError(f"{named[0]} is refused: {REFUSED[named[0]]}; leave it out")
        return given

    @model_validator(mode="after")
    def needs_a_job(self) -> Self:
        """Check that a title or a role is given."""
        if self.title is None and self.role is None:
            raise ValueError("a title or a role is needed")
        return self

    @field_validator("as_of")
    @classmethod
    def near_enough(cls, day: date | None) -> date | None:
        """Check that the day is one on which pay can be spoken of."""
        if day is not None and not date(2000, 1, 1) <= day <= date(date.today().year + 5, 12, 31):
            raise ValueError("as_of lies between 2000-01-01 and five years ahead")
        return day


class Range(BaseModel):
    """Where one person's pay falls, with the stated and the measured coverage."""

    coverage: float
    lower: int
    upper: int
    measured_coverage: float | None = Field(description="On held-out people; null: not measured.")
    measured_on: "MeasuredOn | None"


class MeasuredOn(BaseModel):
    """The held-out people a coverage was measured on."""

    group: str
    n: int


class MedianInterval(BaseModel):
    """How sure the typical pay itself is; not where one person's pay falls."""

    coverage: float
    lower: int
    upper: int


class Components(BaseModel):
    """What the median is made of; the three add up to it."""

    base: int
    bonus: int
    equity: int


class Reliability(BaseModel):
    """How far to trust the answer, and why not further."""

    label: Literal["high", "medium", "low"]
    similar_records: int
    reasons: list[str]


class RecognisedWord(BaseModel):
    """What one word was taken for."""

    given: str
    id: str | None = Field(description="Vocabulary id; null when nobody knows the word.")
    status: Literal["mapped", "unknown"]
    score: float = Field(description="1 is exact.")


class RecognisedTitle(RecognisedWord):
    """What the title was taken for."""

    role: str | None
    seniority: str | None


class RecognisedSkill(BaseModel):
    """What one skill was taken for."""

    given: str
    skill: str | None = Field(description="Vocabulary id; null when nobody knows the word.")
    status: Literal["mapped", "unknown"]
    score: float


class Factor(BaseModel):
    """One factor; all of them multiply to the median, the baseline being an amount."""

    field: str
    value: Any
    factor: float


class ModelTold(BaseModel):
    """The model that answered."""

    name: str
    version: str
    trained_on: date
    data: str = Field(description="What it learned from; synthetic data is called so.")


class ExchangeRate(BaseModel):
    """The rate that turned USD into the answer's currency."""

    usd: float = Field(description="USD for one unit of the currency.")
    day: date


class Prediction(BaseModel):
    """The answer: whole units of the currency, gross, a year, full time."""

    id: str
    currency: str
    exchange_rate: ExchangeRate | None = Field(description="Null for USD.")
    period: Literal["year"] = "year"
    pay_basis: str
    as_of: date
    median: int
    percentiles: dict[str, int]
    range: Range
    median_interval: MedianInterval
    components: Components | None = Field(description="Null unless pay_basis is total.")
    reliability: Reliability
    recognised: dict[str, RecognisedTitle | RecognisedWord | list[RecognisedSkill]]
    factors: list[Factor] | None = Field(description="Null unless explain is true.")
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


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class BatchRequest(BaseModel):
    """Many requests at once; each is answered on its own."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"items": [EXAMPLE]}]}
    )

    items: list[Any] = Field(
        min_length=1,
        max_length=10_000,
        description="Prediction requests; a broken one gets a problem and the others their answer.",
        json_schema_extra={"items": {"$ref": "#/components/schemas/PredictionRequest"}},
    )


class BatchItem(BaseModel):
    """The answer to one item: a prediction or a problem, never both."""

    index: int
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


class ModelAnswer(BaseModel):
    """The model in service: what it learned from, what was measured, its card."""

    model: ModelTold
    synthetic: bool
    pay_bases: dict[str, int] = Field(description="Pay basis -> training records.")
    metrics: dict[str, dict[str, float]] = Field(description="Split -> metric -> value.")
    coverage: list["GroupCoverage"] = Field(description="Measured at a stated 80 % and 90 %.")
    card: str = Field(description="The model card, Markdown.")


class GroupCoverage(BaseModel):
    """Coverage measured on the held-out records of one group."""

    group: str
    n: int
    stated: float
    measured: float
