"""FastAPI alone: our request is validated and a ready answer given. ``uvicorn …bare:app``."""

from fastapi import FastAPI, Response

from serving.api.request import PredictionRequest

app = FastAPI()
ANSWER = b'{"median": 150000}'


@app.post("/v1/predictions")
async def predict(request: PredictionRequest) -> Response:  # noqa: ARG001
    """Answer anyone the same."""
    return Response(ANSWER, media_type="application/json")
