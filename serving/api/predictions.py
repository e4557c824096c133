"""Predictions, one at a time and many at once."""

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from data.errors import PaylensError
from serving.api.answer import BatchAnswer, BatchItem, Prediction
from serving.api.caller import ANYONE, Caller, caller_of
from serving.api.problems import OPENAPI, problem_of
from serving.api.request import BatchRequest, PredictionRequest
from serving.service import Service


def router(service: Service) -> APIRouter:
    """Return the routes that predict with ``service``."""
    routes = APIRouter(prefix="/v1/predictions", tags=["predictions"])

    # The answers are contract objects already: written out once, not validated a second time.
    @routes.post("", responses={200: {"model": Prediction}, **OPENAPI}, response_class=Response)
    async def predict(request: PredictionRequest, connection: Request) -> Response:
        """Predict pay for one person."""
        answer = service.predict(request, caller_of(connection))
        return Response(answer.model_dump_json(), media_type="application/json")

    @routes.post(
        "/batch", responses={200: {"model": BatchAnswer}, **OPENAPI}, response_class=Response
    )
    def predict_batch(request: BatchRequest, connection: Request) -> Response:
        """Predict pay for many people; each item gets its prediction or its problem, in order."""
        service.told()  # without a model the whole batch is refused, not every item alone
        caller = caller_of(connection)
        items = [item(service, index, given, caller) for index, given in enumerate(request.items)]
        return Response(BatchAnswer(items=items).model_dump_json(), media_type="application/json")

    return routes


def item(service: Service, index: int, given: object, caller: Caller = ANYONE) -> BatchItem:
    """Return the answer to one item of a batch."""
    try:
        prediction = service.predict(PredictionRequest.model_validate(given), caller)
    except (PaylensError, ValidationError) as error:
        return BatchItem(index=index, prediction=None, problem=problem_of(error))
    return BatchItem(index=index, prediction=prediction, problem=None)
