"""How the API says no: problem details (RFC 9457) that name the field and the way out."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from data.errors import (
    ChampionError,
    DrainingError,
    MoneyError,
    PaylensError,
    UnknownDayError,
    UnknownWordError,
    UntaughtError,
)
from serving.api.answer import FieldProblem, Problem

MEDIA_TYPE = "application/problem+json"

OPENAPI: dict[int | str, dict[str, Any]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in (400, 422, 503)
}
"""The problems a route may answer, for its ``responses``."""


def problem_of(error: Exception) -> Problem:  # noqa: PLR0911  # one a kind of error
    """Return the problem that ``error`` is told as."""
    match error:
        case UnknownWordError():
            return Problem(
                type=f"/problems/unknown-{error.field}",
                title="A word was not recognised",
                status=422,
                detail=str(error),
                errors=[FieldProblem(field=error.field, message=str(error))],
                candidates=list(error.candidates),
            )
        case RequestValidationError() | ValidationError():
            errors = [_field_problem(each) for each in error.errors()]
            return Problem(
                type="/problems/invalid-request",
                title="The request breaks the contract",
                status=422,
                detail="; ".join(
                    f"{each.field}: {each.message}" if each.field else each.message
                    for each in errors[:3]
                ),
                errors=errors,
            )
        case UntaughtError():
            return Problem(
                type="/problems/never-seen",
                title="The model in service never saw this",
                status=422,
                detail=str(error),
                errors=[FieldProblem(field=error.field, message=str(error))],
            )
        case UnknownDayError():
            return Problem(
                type="/problems/unknown-day",
                title="Nothing was published of that day",
                status=422,
                detail=str(error),
                errors=[FieldProblem(field=error.field, message=str(error))],
            )
        case MoneyError():
            return Problem(
                type="/problems/no-exchange-rate",
                title="The currency cannot be converted",
                status=422,
                detail=str(error),
                errors=[FieldProblem(field="currency", message=str(error))],
            )
        case ChampionError():
            return Problem(
                type="/problems/no-model",
                title="No model is in service",
                status=503,
                detail=str(error),
            )
        case DrainingError():
            return Problem(
                type="/problems/draining",
                title="The process is ending",
                status=503,
                detail=str(error),
            )
        case HTTPException():
            return Problem(
                type="about:blank",
                title=HTTPStatus(error.status_code).phrase,
                status=error.status_code,
                detail=str(error.detail),
            )
        case _:
            return Problem(
                type="/problems/refused",
                title="The request was refused",
                status=422,
                detail=str(error),
            )


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    place = [str(part) for part in error["loc"] if part not in ("body", "query", "path")]
    message = str(error["msg"]).removeprefix("Value error, ")
    # A field refused by name is told by the validator of the whole request: name it all the same.
    word = message.split(" ", 1)[0]
    named = word if not place and message.startswith(f"{word} is refused") else ".".join(place)
    return FieldProblem(field=named, message=message)


async def respond(request: Request, error: Exception) -> Response:
    """Return the response that tells ``error``."""
    problem = problem_of(error)
    request.state.problem = problem.type  # read by serving.observe.account
    headers = getattr(error, "headers", None)
    return Response(
        problem.model_dump_json(), problem.status, headers=headers, media_type=MEDIA_TYPE
    )


def tell_problems(app: FastAPI) -> None:
    """Make ``app`` answer every error as a problem."""
    for kind in (PaylensError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, respond)
