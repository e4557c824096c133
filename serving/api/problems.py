"""How the API says no: problem details (RFC 9457) that name the field and the way out."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from data.errors import LogError, LogFullError, MoneyError, PaylensError, UnknownWordError
from serving.api.catalogue import CATALOGUE, ProblemType, type_of
from serving.api.problem import FieldProblem, Problem, ProblemMeaning

MEDIA_TYPE = "application/problem+json"

MOST_ERRORS = 20
"""Broken fields that are told one by one; whoever has more is told how many."""


def openapi(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the document says of problems with ``statuses``."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


OPENAPI = openapi(400, 422, 503)
"""The problems a route may answer, for its ``responses``; the document adds those of the gate."""

NOT_FOUND = OPENAPI | openapi(404)
"""The problems of a route that tells of the past."""

HEAVY = OPENAPI | openapi(409, 413)
"""The problems of a route that takes much at once, and an idempotency key."""


def problem_of(error: Exception) -> Problem:
    """Return the problem that ``error`` is told as."""
    kind = type_of(error)
    match error:
        case RequestValidationError() | ValidationError():
            broken = error.errors()
            errors = [_field_problem(each) for each in broken[:MOST_ERRORS]]
            detail = "; ".join(
                f"{each.field}: {each.message}" if each.field else each.message
                for each in errors[:3]
            )
            if len(broken) > MOST_ERRORS:
                detail += f"; and {len(broken) - MOST_ERRORS:,} more than errors lists"
            return _problem(kind, detail, errors)
        case MoneyError():
            return _problem(kind, str(error), [_of_field("currency", error)])
        case LogError() if not isinstance(error, LogFullError):
            # The driver's own words name hosts and users.
            return _problem(kind, "the decision log did not answer; predictions go on")
        case PaylensError():
            field = getattr(error, "field", None)
            problem = _problem(kind, str(error), [_of_field(field, error)] if field else [])
            if isinstance(error, UnknownWordError):
                problem.candidates = list(error.candidates)
            return problem
        case HTTPException():
            problem = _problem(kind, str(error.detail))
            problem.status = error.status_code
            return problem
        case _:
            return _problem(kind, f"{kind.when} {kind.way_out}")


def _problem(kind: ProblemType, detail: str, errors: list[FieldProblem] | None = None) -> Problem:
    return Problem(
        type=f"/problems/{kind.slug}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        errors=errors or [],
    )


def _of_field(field: str, error: Exception) -> FieldProblem:
    return FieldProblem(field=field, message=str(error))


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    place = [str(part) for part in error["loc"] if part not in ("body", "query", "path")]
    message = str(error["msg"]).removeprefix("Value error, ")
    # A field refused by name is told by the validator of the whole request: name it all the same.
    word = message.split(" ", 1)[0]
    named = word if not place and message.startswith(f"{word} is refused") else ".".join(place)
    return FieldProblem(field=named, message=message)


def answer(connection: HTTPConnection, error: Exception) -> Response:
    """Return the answer that tells ``error``."""
    problem = problem_of(error)
    problem.request_id = getattr(connection.state, "request_id", None)
    connection.state.problem = problem.type  # read by serving.observe.account
    headers = getattr(error, "headers", None)
    return Response(
        problem.model_dump_json(), problem.status, headers=headers, media_type=MEDIA_TYPE
    )


async def respond(request: Request, error: Exception) -> Response:
    """Return the answer that tells ``error``; a body that is no JSON is told as just that."""
    if isinstance(error, RequestValidationError) and _is_no_json(request, error):
        given = request.headers.get("content-type", "nothing")
        error = HTTPException(415, f"Content-Type is {given[:100]!r}; send application/json")
    return answer(request, error)


def _is_no_json(request: Request, error: RequestValidationError) -> bool:
    if not error.body or not any(each["loc"] == ("body",) for each in error.errors()):
        return False
    essence = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    subtype = essence.partition("/")[2]
    return not (subtype == "json" or subtype.endswith("+json"))


def tell_problems(app: FastAPI) -> None:
    """Make ``app`` answer every error as a problem."""
    for kind in (PaylensError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, respond)


def router() -> APIRouter:
    """Return the route that tells what a type of problem means."""
    routes = APIRouter(prefix="/problems", tags=["problems"])

    @routes.get("/{slug}", responses=openapi(404, 422))
    async def meaning(slug: str) -> ProblemMeaning:
        """Tell when a type of problem happens, and the way out."""
        kind = CATALOGUE.get(slug)
        if kind is None:
            raise HTTPException(404, f"no problem is called so; there are {', '.join(CATALOGUE)}")
        return ProblemMeaning(
            type=f"/problems/{slug}",
            title=kind.title,
            status=kind.status,
            when=kind.when,
            way_out=kind.way_out,
        )

    return routes
