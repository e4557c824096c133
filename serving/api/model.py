"""What is told of the model in service."""

from fastapi import APIRouter

from serving.api.answer import GroupCoverage, ModelAnswer
from serving.api.problems import OPENAPI
from serving.coverage import GRID
from serving.service import Service

STATED = (0.8, 0.9)


def router(service: Service) -> APIRouter:
    """Return the route that tells of the model ``service`` answers with."""
    routes = APIRouter(prefix="/v1", tags=["model"])

    @routes.get("/model", responses=OPENAPI)
    def model() -> ModelAnswer:
        """Tell what the model learned from and how it did on people it had not seen."""
        live = service.champion.live.model
        shares = live.coverage.shares if live.coverage else {}
        records = live.coverage.records if live.coverage else {}
        return ModelAnswer(
            model=service.told(),
            synthetic=live.synthetic,
            pay_bases=dict(live.support.bases),
            metrics=live.manifest["metrics"],
            coverage=[
                GroupCoverage(
                    group=group, n=records[group], stated=stated, measured=share[GRID.index(stated)]
                )
                for group, share in shares.items()
                for stated in STATED
            ],
            card=live.card,
        )

    return routes
