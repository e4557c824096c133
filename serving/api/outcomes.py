"""What people were truly paid, and how often the ranges told to them held."""

from functools import partial

from fastapi import APIRouter, Request
from pydantic import ValidationError

from data.errors import PaylensError
from serving.api.caller import caller_of
from serving.api.desk import Desk
from serving.api.log import asked, kept
from serving.api.logged import (
    LiveCoverage,
    LiveCoverageAnswer,
    OutcomeGiven,
    OutcomeItem,
    OutcomesAnswer,
    OutcomesRequest,
)
from serving.api.problems import NOT_FOUND, problem_of
from serving.coverage import LEAST
from serving.log.journal import Journal
from serving.log.outcomes import Kept, Outcome, coverage, keep


def router(journal: Journal | None, desk: Desk) -> APIRouter:
    """Return the routes of outcomes, kept in ``journal``."""
    routes = APIRouter(prefix="/v1", tags=["outcomes"])

    @routes.post("/outcomes", responses=NOT_FOUND)
    async def outcomes(request: OutcomesRequest, connection: Request) -> OutcomesAnswer:
        """Keep what people were truly paid; each item is kept or gets its problem, in order."""
        log = kept(journal)
        told: dict[int, Kept | PaylensError | ValidationError] = {}
        read: dict[int, Outcome] = {}
        for index, given in enumerate(request.outcomes):
            try:
                read[index] = outcome(OutcomeGiven.model_validate(given))
            except ValidationError as error:
                told[index] = error
        if read:
            caller = caller_of(connection)
            found = await asked(desk, partial(keep, log, list(read.values()), caller))
            told |= dict(zip(read, found, strict=True))
        return OutcomesAnswer(items=[item(index, told[index]) for index in sorted(told)])

    @routes.get("/model/coverage", responses=NOT_FOUND)
    async def live_coverage(connection: Request) -> LiveCoverageAnswer:
        """Tell how often the ranges held, by group, of the caller's predictions with outcomes."""
        tenant = caller_of(connection).tenant
        found = await asked(desk, partial(coverage, kept(journal), tenant))
        return LiveCoverageAnswer(
            least=LEAST,
            groups=[
                LiveCoverage(
                    group=each.group,
                    stated=each.stated,
                    n=each.n,
                    inside=each.inside,
                    measured=round(each.inside / each.n, 4),
                    low=round(each.interval[0], 4),
                    high=round(each.interval[1], 4),
                )
                for each in found
            ],
        )

    return routes


def outcome(given: OutcomeGiven) -> Outcome:
    """Return what was given, as the log takes it."""
    return Outcome(
        given.prediction_id, given.pay, given.currency, given.observed_on, given.pay_basis
    )


def item(index: int, told: Kept | PaylensError | ValidationError) -> OutcomeItem:
    """Return what is told of one outcome."""
    if isinstance(told, Kept):
        return OutcomeItem(index=index, status=told.status, inside=told.inside, problem=None)
    return OutcomeItem(index=index, status=None, inside=None, problem=problem_of(told))
