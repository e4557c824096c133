"""What the API takes; OpenAPI is made from these classes alone."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from data.record import MAX_YEARS

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]

Skill = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
"""What nobody knows is compared with every skill there is, so its length costs time."""

MOST_SKILLS = 50

PERCENTILES = (10, 25, 50, 75, 90)
"""Told unless others are asked for."""


def near_enough(day: date) -> date:
    """Check that the ``day`` is one on which pay can be spoken of."""
    if not date(2000, 1, 1) <= day <= date(date.today().year + 5, 12, 31):
        raise ValueError("as_of lies between 2000-01-01 and five years ahead")
    return day


PayBasis = Literal["total", "cash", "base", "posted_base"]
Day = Annotated[date, AfterValidator(near_enough)]

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

MOST_FIELDS = 100
"""Well above what is known and refused together: so many are no request."""

EXAMPLE: dict[str, Any] = {
    "title": "Senior machine learning engineer",
    "skills": ["PyTorch", "LLM pretraining"],
    "company_stage": "series_b",
    "country": "US",
    "metro": "San Francisco Bay Area",
    "years_experience": 6,
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
    skills: list[Skill] = Field([], max_length=MOST_SKILLS, description="Skills, in free words.")
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
    as_of: Day | None = Field(
        None, description="The day the pay is for; today by default, at most five years ahead."
    )
    pay_basis: PayBasis = Field(
        "total", description="What is predicted: total compensation unless said otherwise."
    )
    coverage: float = Field(0.8, ge=0.01, le=0.99, description="Of the range, 0 to 1.")
    # Made anew: pydantic takes ten times as long to copy a default.
    percentiles: list[Annotated[int, Field(ge=1, le=99)]] = Field(
        default_factory=lambda: [*PERCENTILES],
        min_length=1,
        max_length=99,
        json_schema_extra={"default": [*PERCENTILES]},
    )
    explain: bool = Field(False, description="Also answer the factors of the prediction.")

    @model_validator(mode="before")
    @classmethod
    def refuse_by_name(cls, given: object) -> object:
        """Refuse fields that a prediction must never depend on, saying why."""
        if isinstance(given, dict) and len(given) > MOST_FIELDS:
            # Before a hundred thousand unknown fields are each looked at and told.
            raise ValueError(f"{len(given):,} fields; {len(cls.model_fields)} are known")
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


ITEM_ID_LENGTH = 200


class ItemRequest(PredictionRequest):
    """One item of a batch, with whatever the caller knows it by."""

    item_id: str | None = Field(
        None,
        min_length=1,
        max_length=ITEM_ID_LENGTH,
        description="The caller's own id, given back beside the answer; each at most once a batch.",
    )


BATCH_ITEMS = 10_000

BATCH_BYTES = BATCH_ITEMS * 1_600
"""Room for as many items as are taken with every field filled in: one of 20 skills has 1,519."""

BATCH_COMMAS = BATCH_ITEMS * 200
"""The commas of as many items with all fields, 99 percentiles and 50 skills are fewer."""


class ToldAs:
    """Marks a value that is told as a ``model`` and checked later, each on its own."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of the model."""
        return handler(self._model.__pydantic_core_schema__)


class BatchRequest(BaseModel):
    """Many requests at once; each is answered on its own."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"items": [EXAMPLE]}]}
    )

    items: list[Annotated[Any, ToldAs(ItemRequest)]] = Field(
        min_length=1,
        description="Prediction requests; a broken one gets a problem and the others their answer.",
        json_schema_extra={"maxItems": BATCH_ITEMS},
    )


class PremiumRequest(BaseModel):
    """One person, and skills to be put to and taken from what they list."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"person": EXAMPLE, "skills": ["LLM pretraining"]}]},
    )

    person: PredictionRequest
    skills: list[Skill] = Field(
        min_length=1, max_length=MOST_SKILLS, description="Skills, in free words."
    )
