"""A prediction of the past: what was said, with which model, and why."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from data.errors import ArtifactError, ChampionError, LogError
from serving.api.caller import caller_of
from serving.api.desk import Desk
from serving.api.logged import PREDICTION_ID, LoggedFile, LoggedPrediction, Place, Why
from serving.api.problems import NOT_FOUND
from serving.champion import Champion
from serving.log.journal import Journal
from serving.log.lookup import Found, find, why

OFF = "no decision log is kept here; PAYLENS_LOG says where"

AT_ONCE, SECONDS = 4, 5.0
"""Questions to the log that are answered at once, and how long one is waited for."""

RECALLED = 2
"""Models of the past that are held at once, beside the one in service."""

RECALL_SECONDS = 15.0
"""How long one is waited for."""

Told = TypeVar("Told")


def router(champion: Champion, journal: Journal | None, desk: Desk) -> APIRouter:
    """Return the route that tells what was said; ``champion`` recalls the model that said it."""
    routes = APIRouter(prefix="/v1/predictions", tags=["log"])
    recall = lru_cache(RECALLED)(champion.recall)
    archive = Desk(RECALLED, RECALL_SECONDS)

    @routes.get("/{prediction_id}", responses=NOT_FOUND)
    async def look_up(
        prediction_id: Annotated[str, Path(pattern=PREDICTION_ID)], connection: Request
    ) -> LoggedPrediction | LoggedFile:
        """Tell what was said, with which model, and why; of a file, what it was."""
        tenant = caller_of(connection).tenant
        found = await asked(desk, partial(find, kept(journal), prediction_id, tenant))
        content, place = found.content, Place(seq=found.seq, hash=found.hash)
        if content["kind"] == "file":
            return LoggedFile(**told(LoggedFile, content), entry=place)
        why = await explanation(found)
        return LoggedPrediction(**told(LoggedPrediction, content), why=why, entry=place)

    async def explanation(found: Found) -> Why:
        try:
            return await archive.ask(partial(explained, found))
        except TimeoutError:
            version = found.content["model"]
            return Why(factors=None, missing=f"model {version} could not be had in time; ask again")

    def explained(found: Found) -> Why:
        content = found.content
        if "problem" in content["output"]:
            return Why(factors=None, missing="the row has a problem instead of a prediction")
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


def told(kind: type[BaseModel], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of ``content`` that an answer of ``kind`` tells."""
    return {name: content[name] for name in kind.model_fields if name in content}


async def asked(desk: Desk, question: Callable[[], Told]) -> Told:
    """Return the log's answer to ``question``.

    Raises:
        LogError: There was none in time, or the database is out of reach.
    """
    try:
        return await desk.ask(question)
    except TimeoutError as error:
        raise LogError(f"the log did not answer within {desk.seconds:g} s; ask again") from error
