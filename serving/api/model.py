"""What is told of the model in service."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response

from serving.api.etag import NOT_MODIFIED, tagged
from serving.api.model_answer import GroupCoverage, ModelAnswer
from serving.api.problems import OPENAPI
from serving.coverage import Coverage
from serving.service import Service

STATED = (0.8, 0.9)


def router(service: Service) -> APIRouter:
    """Return the route that tells of the model ``service`` answers with."""
    routes = APIRouter(prefix="/v1", tags=["model"])

    @routes.get(
        "/model",
        responses={200: {"model": ModelAnswer}, **NOT_MODIFIED, **OPENAPI},
        response_class=Response,
    )
    def model(request: Request) -> Response:
        """Tell what the model learned from and how it did on people it had not seen."""
        live = service.champion.live.model
        told = ModelAnswer(
            model=service.told(),
            synthetic=live.synthetic,
            pay_bases=dict(live.support.bases),
            metrics=live.manifest["metrics"],
            coverage=list(measured(live.coverage)) if live.coverage else [],
            reliability=live.manifest.get("reliability", {}),
            card=live.card,
        )
        return tagged(request, told.model_dump_json().encode())

    return routes


def measured(coverage: Coverage) -> Iterator[GroupCoverage]:
    """Yield what was measured of each group at each of ``STATED``."""
    for group in coverage.shares:
        for stated in STATED:
            found = coverage.at(group, stated)
            if found:
                yield GroupCoverage(
                    group=group,
                    n=found.n,
                    stated=stated,
                    measured=round(found.share, 4),
                    low=round(found.low, 4),
                    high=round(found.high, 4),
                )
