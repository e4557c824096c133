"""An answer made once for each idempotency key, and given again to whoever asks again.

Source: "The Idempotency-Key HTTP Header Field", draft-ietf-httpapi-idempotency-key-header-07,
section 2: the same key with the same request is answered alike, with another request 422, and while
the first one runs 409.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from data.errors import PaylensError
from serving.api.caller import caller_of
from serving.api.problems import respond
from serving.kept_answers import Claim, Kept, KeptAnswers

REPLAYED = "Idempotency-Replayed"
PIECE = 2**18

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[!-~]+( [!-~]+)*$",
        description="Makes it safe to send the request again: the answer is made once and kept.",
    ),
]


@dataclass(frozen=True, slots=True)
class Made:
    """An answer before it is sent; its body may be a file, which is then ours to move."""

    body: bytes | Path
    headers: Mapping[str, str]
    status: int = 200


class FileBody(StreamingResponse):
    """A response whose body is an open file, closed whatever becomes of the response."""

    def __init__(self, body: BinaryIO, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(iter(partial(body.read, PIECE), b""), status, headers)
        self._body = body

    def close(self) -> None:
        """Let go of the file: the response is not sent."""
        self._body.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._body.close()


@dataclass(frozen=True, slots=True)
class Once:
    """Makes answers once for each key.

    Attributes:
        kept: Where they are kept.
    """

    kept: KeptAnswers

    async def answer(
        self,
        request: Request,
        key: str | None,
        fingerprint: Callable[[], str],
        work: Callable[[], Awaitable[Made]],
    ) -> Response:
        """Return the answer that ``work`` makes, or the one it made for the same key before.

        Args:
            request: Tells who asks.
            key: Without one nothing is kept.
            fingerprint: Tells one request from another; it may take long.
            work: Makes the answer.

        Raises:
            PaylensError: ``work`` raised it, and without a key nothing is kept of it.
            KeyReusedError: The key stands for another request.
            StillRunningError: The first request with the key is not answered yet.
            KeysLostError: Nothing can be kept just now.
        """
        if key is None:
            return await send(await work())
        caller = caller_of(request)
        owner = json.dumps([caller.tenant, caller.client])
        found = await run_in_threadpool(
            lambda: self.kept.claim(owner, unquoted(key), fingerprint())
        )
        if isinstance(found, Kept):
            return replay(found)
        try:
            return await self._first(request, found, work)
        finally:
            found.let_go()

    async def _first(
        self, request: Request, claim: Claim, work: Callable[[], Awaitable[Made]]
    ) -> Response:
        try:
            made = await work()
        except PaylensError as error:
            told = await respond(request, error)
            if told.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                return told
            headers = {"content-type": told.headers["content-type"]}
            made = Made(bytes(told.body), headers, told.status_code)
        response = await send(made)
        await run_in_threadpool(self.kept.keep, claim, made.status, made.headers, made.body)
        return response


async def send(made: Made) -> Response:
    """Return the response that sends ``made``."""
    if isinstance(made.body, bytes):
        return Response(made.body, made.status, dict(made.headers))
    # Opened before its name is gone: the file is there until it is closed, and no longer.
    body = await run_in_threadpool(open_file, made.body)
    return from_file(made.status, made.headers, body)


def open_file(path: Path) -> BinaryIO:
    """Return the file at ``path``, opened to be read."""
    return path.open("rb")


def replay(kept: Kept) -> Response:
    """Return the response that gives ``kept`` again."""
    return from_file(kept.told.status, {**kept.told.headers, REPLAYED: "true"}, kept.body)


def from_file(status: int, headers: Mapping[str, str], body: BinaryIO) -> Response:
    """Return the response whose body is the rest of a file, which is closed at its end."""
    size = body.seek(0, 2)
    body.seek(0)
    return FileBody(body, status, {**headers, "content-length": str(size)})


def unquoted(key: str) -> str:
    """Return the ``key`` without the quotes in which the draft writes it."""
    return key[1:-1] if len(key) > 2 and key[0] == key[-1] == '"' else key


def fingerprint_of(*parts: str | bytes) -> str:
    """Return a digest of ``parts``, which other parts do not have."""
    digests = (hashlib.sha256(each if isinstance(each, bytes) else each.encode()) for each in parts)
    return hashlib.sha256(b"".join(each.digest() for each in digests)).hexdigest()
