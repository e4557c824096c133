"""How base pay rose between two days, as far as it was published."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from data.trend import PayIndex, known
from serving.api.pay_index_answer import PayIndexAnswer, PayIndexSource
from serving.api.problems import OPENAPI


def router() -> APIRouter:
    """Return the route of the pay index; it needs no model."""
    routes = APIRouter(prefix="/v1/pay-index", tags=["pay index"])

    @routes.get("", responses=OPENAPI)
    def pay_index(
        track: Literal["individual", "manager"],
        since: Annotated[
            date | None,
            Query(description="The day on which the index is 1; the first known by default."),
        ] = None,
        day: Annotated[
            date | None, Query(description="The day asked for; the last known by default.")
        ] = None,
    ) -> PayIndexAnswer:
        """Tell how base pay of AI and machine-learning people rose, and who says so."""
        first, last = known(track)
        since, day = since or first, day or last
        told = PayIndex.published(track, since, day)
        return PayIndexAnswer(
            track=track,
            who=told.who,
            pay_basis="base",
            since=since,
            day=day,
            index=round(told.index, 4),
            lowest=round(told.lowest, 4),
            highest=round(told.highest, 4),
            known_from=first,
            known_until=last,
            sources=[
                PayIndexSource(
                    source=each.source,
                    published=each.published,
                    since=each.begins,
                    until=each.ends,
                    yearly=each.yearly,
                    lowest=each.lowest,
                    highest=each.highest,
                )
                for each in told.segments
                if each.published is not None
            ],
        )

    return routes
