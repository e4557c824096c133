"""Predictions, one at a time."""

import orjson
from fastapi import APIRouter, Request, Response

from serving.api.answer import Prediction
from serving.api.caller import caller_of
from serving.api.problems import OPENAPI
from serving.api.request import PredictionRequest
from serving.service import Service


def router(service: Service) -> APIRouter:
    """Return the route that predicts with ``service``."""
    routes = APIRouter(prefix="/v1/predictions", tags=["predictions"])

    # The answers are contract objects already: written out once, not validated a second time.
    @routes.post("", responses={200: {"model": Prediction}, **OPENAPI}, response_class=Response)
    async def predict(request: PredictionRequest, connection: Request) -> Response:
        """Predict pay for one person."""
        answer = service.predict(request, caller_of(connection))
        return Response(orjson.dumps(answer), media_type="application/json")

    return routes
