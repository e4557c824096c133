"""A prediction of the past: what was said, with which model, and why."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException

from data.errors import ArtifactError, ChampionError
from serving.api.caller import caller_of
from serving.api.logged import NOT_FOUND, PREDICTION_ID, LoggedPrediction, Place, Why
from serving.champion import Champion
from serving.log.journal import Journal
from serving.log.lookup import Found, find, why

OFF = "no decision log is kept here; PAYLENS_LOG says where"

RECALLED = 2
"""Models of the past that are held at once, beside the one in service."""


def router(champion: Champion, journal: Journal | None) -> APIRouter:
    """Return the route that tells what was said; ``champion`` recalls the model that said it."""
    routes = APIRouter(prefix="/v1/predictions", tags=["log"])
    recall = lru_cache(RECALLED)(champion.recall)

    @routes.get("/{prediction_id}", responses=NOT_FOUND)
    def look_up(
        prediction_id: Annotated[str, Path(pattern=PREDICTION_ID)], connection: Request
    ) -> LoggedPrediction:
        """Tell what was said, with which model, and why."""
        found = find(kept(journal), prediction_id, caller_of(connection).tenant)
        content = found.content
        return LoggedPrediction(
            **{name: content[name] for name in LoggedPrediction.model_fields if name in content},
            why=explained(found),
            entry=Place(seq=found.seq, hash=found.hash),
        )

    def explained(found: Found) -> Why:
        content = found.content
        if content["row"] is None:
            return Why(factors=None, missing="the encoded inputs were not kept")
        try:
            live = champion.live if champion.serves else None
            if live is None or live.version != content["model"]:
                live = recall(content["model"])
            return Why(factors=why(live.model, content), missing=None)
        except (ArtifactError, ChampionError):
            return Why(
                factors=None,
                missing=f"model {content['model']} is no longer at hand to explain its answer",
            )

    return routes


def kept(journal: Journal | None) -> Journal:
    """Return ``journal``.

    Raises:
        HTTPException: There is none.
    """
    if journal is None:
        raise HTTPException(404, OFF)
    return journal
