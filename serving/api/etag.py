"""Answers that a caller may keep: tagged by what they hold, and not sent twice (RFC 9110)."""

import hashlib
from typing import Any

from fastapi import Request, Response

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "What the caller has, by If-None-Match, is still so."}
}
"""For a route's ``responses``."""


def tagged(request: Request, body: bytes) -> Response:
    """Return ``body`` with its tag, or 304 where the caller has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    held = {each.strip().removeprefix("W/") for each in _held(request).split(",")}
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _held(request: Request) -> str:
    return ",".join(request.headers.getlist("if-none-match"))
