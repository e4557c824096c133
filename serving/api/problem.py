"""What is told of a request that is refused (RFC 9457); OpenAPI is made from these classes."""

from typing import Any

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
