"""What skills go along with in pay."""

from fastapi import APIRouter, Request

from serving.api.caller import caller_of
from serving.api.premium_answer import SkillPremiums
from serving.api.problems import OPENAPI
from serving.api.request import PremiumRequest
from serving.service import Service


def router(service: Service) -> APIRouter:
    """Return the route that tells what skills go along with."""
    routes = APIRouter(prefix="/v1/skills", tags=["skills"])

    @routes.post("/premium", responses=OPENAPI)
    def premium(request: PremiumRequest, connection: Request) -> SkillPremiums:
        """Tell the same person's median with and without each skill: an association, no cause."""
        return service.premiums(request, caller_of(connection))

    return routes
