"""Whether the service lives, and whether it can answer."""

from typing import Any

from fastapi import APIRouter, Response

from data.errors import DrainingError
from serving.api.problems import OPENAPI
from serving.life.drain import Drain
from serving.log.journal import Journal
from serving.service import Service


def router(service: Service, drain: Drain, journal: Journal | None) -> APIRouter:
    """Return the routes a supervisor asks."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz")
    async def alive() -> dict[str, str]:
        """Say that the process lives."""
        return {"status": "alive"}

    @routes.get("/readyz", responses={503: OPENAPI[503]})
    async def ready(response: Response) -> dict[str, Any]:
        """Say whether a model is in service, which, what is wrong with a newer one or the log."""
        if drain.draining:
            raise DrainingError("this process is ending: send requests elsewhere")
        if journal is not None:
            journal.require_room()
        told = service.told()
        response.headers["Cache-Control"] = "no-store"
        return {
            "status": "ready",
            "model": told.version,
            "trouble": service.champion.trouble,
            "log": journal.trouble if journal is not None else None,
        }

    return routes
