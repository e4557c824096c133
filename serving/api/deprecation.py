"""How a route says that it will go: Deprecation (RFC 9745) and Sunset (RFC 8594)."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from fastapi import Depends, Request

from serving.api.envelope import headers_of


def deprecated(since: datetime, sunset: datetime | None, link: str) -> dict[str, Any]:
    """Return what a route that will go is declared with, as ``@routes.get("", **deprecated(…))``.

    Args:
        since: When callers should turn to something else; with a time zone.
        sunset: When the route stops answering, not before ``since``; None: not decided.
        link: A page that says what to use instead.
    """
    # An RFC 9745 date is a structured field: seconds since 1970 after an at sign.
    told = [("deprecation", f"@{int(since.timestamp())}"), ("link", f'<{link}>; rel="deprecation"')]
    if sunset is not None:
        told.append(("sunset", format_datetime(sunset.astimezone(UTC), usegmt=True)))
    headers = [(name.encode(), value.encode()) for name, value in told]

    async def tell(request: Request) -> None:
        headers_of(request).extend(headers)

    return {"deprecated": True, "dependencies": [Depends(tell)]}
