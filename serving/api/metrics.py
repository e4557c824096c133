"""What Prometheus scrapes."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from serving.observe.metrics import Metrics


def router(metrics: Metrics) -> APIRouter:
    """Return the route that tells ``metrics``."""
    routes = APIRouter(tags=["health"])

    @routes.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def told() -> Response:
        """Tell what was counted and measured, in Prometheus' text format."""
        return Response(metrics.told(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return routes
