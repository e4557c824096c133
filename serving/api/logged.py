"""What the API takes and tells of answers of the past."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from serving.api.answer import Factor
from serving.api.problem import Problem
from serving.api.request import ToldAs

PREDICTION_ID = r"^[0-9a-f]{32}(\.[1-9][0-9]{0,8})?$"
"""An answer's id; that of a row of a file is the file's, a dot and the row's number, from 1 on."""

OUTCOME_EXAMPLE: dict[str, Any] = {
    "prediction_id": "0f8fad5bd9cb469fa16570867728950e",
    "pay": 405000,
    "currency": "USD",
    "observed_on": "2026-11-20",
    "pay_basis": "total",
}


class Place(BaseModel):
    """Where in the chain of the log an event stands: it cannot be changed unseen."""

    seq: int
    hash: str


class Why(BaseModel):
    """The explanation, worked out anew by the version that answered."""

    factors: list[Factor] | None = Field(description="They multiply to the median; null: unknown.")
    missing: str | None = Field(description="Why there are none; null where there are.")


class LoggedPrediction(BaseModel):
    """What was said, with which model, and why."""

    id: str
    kind: Literal["prediction", "skill_premium"]
    at: str = Field(description="When, UTC.")
    client: str = Field(description="The program that asked.")
    model: str = Field(description="Version of the model.")
    vocabulary: str = Field(description="SHA-256 of the vocabularies.")
    inputs: dict[str, Any] = Field(description="What was understood: ids and numbers.")
    unknown: list[str] = Field(description="Fields with words that nobody knew.")
    question: dict[str, Any]
    output: dict[str, Any] = Field(
        description="What was answered; of a row of a file that has a problem, what is wrong."
    )
    latency_us: int
    why: Why
    entry: Place


class LoggedFile(BaseModel):
    """What was answered of one scored file as a whole; its rows have ids of their own."""

    id: str
    kind: Literal["file"]
    at: str = Field(description="When, UTC.")
    client: str = Field(description="The program that asked.")
    model: str = Field(description="Version of the model.")
    vocabulary: str = Field(description="SHA-256 of the vocabularies.")
    question: dict[str, Any]
    rows: int = Field(description="Rows of the file.")
    problems: int = Field(description="Rows that got a problem instead of a prediction.")
    given_sha256: str = Field(description="SHA-256 of the file as it came.")
    answered_sha256: str = Field(description="SHA-256 of the file as it went.")
    latency_us: int
    entry: Place


class OutcomeGiven(BaseModel):
    """What one person was truly paid: gross, a year, full time."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        json_schema_extra={"examples": [OUTCOME_EXAMPLE]},
    )

    prediction_id: str = Field(pattern=PREDICTION_ID)
    pay: float = Field(gt=0, le=1e12)
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"
    observed_on: date = Field(description="The day of the pay.")
    pay_basis: Literal["total", "cash", "base", "posted_base"] = Field(
        "total", description="What the pay is; that of the prediction."
    )


class OutcomesRequest(BaseModel):
    """Outcomes of predictions; each is judged on its own."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"outcomes": [OUTCOME_EXAMPLE]}]},
    )

    outcomes: list[Annotated[Any, ToldAs(OutcomeGiven)]] = Field(
        min_length=1,
        max_length=1000,
        description="A broken one gets a problem, and the others are kept.",
    )


class OutcomeItem(BaseModel):
    """What became of one outcome, or its problem."""

    index: int
    status: Literal["recorded", "corrected", "unchanged"] | None
    inside: bool | None = Field(description="Whether the pay lies in the range that was told.")
    problem: Problem | None


class OutcomesAnswer(BaseModel):
    """What became of the outcomes, in their order."""

    items: list[OutcomeItem]


class LiveCoverage(BaseModel):
    """How often the ranges told to one group of people held."""

    group: str
    stated: float
    n: int = Field(description="Predictions with an outcome.")
    inside: int
    measured: float
    low: float = Field(description="Lower end of the 95 % interval of the measured coverage.")
    high: float = Field(description="Its upper end.")


class LiveCoverageAnswer(BaseModel):
    """Live coverage of the caller's own predictions."""

    least: int = Field(description="Outcomes that a group needs to be told of.")
    groups: list[LiveCoverage]
