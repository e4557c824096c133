"""Our own model and all that is said of it, without our service: what other servers are given."""

from pathlib import Path
from typing import Any

import orjson

from data.recognition import Recogniser
from data.stages import Stages
from serving.api.request import PredictionRequest
from serving.champion import Champion
from serving.service import Service


class Pay:
    """Answers requests as ``POST /v1/predictions`` does, without a log.

    Args:
        folder: Of the model.
    """

    def __init__(self, folder: Path) -> None:
        champion = Champion(folder, None)
        champion.refresh()
        self._service = Service(champion, Recogniser(Stages()))

    def __call__(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one request."""
        answer = self._service.predict(PredictionRequest(**given))
        told: dict[str, Any] = orjson.loads(orjson.dumps(answer))
        return told
