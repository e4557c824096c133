"""Tables in, the same tables with predictions out."""

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.requests import ClientDisconnect

from serving.api.caller import caller_of
from serving.api.file_answer import ANSWERED, answered_as
from serving.api.file_request import FileOptions, merged, taken
from serving.api.file_work import Work
from serving.api.lasting import Lasting
from serving.api.once import IdempotencyKey, Made, Once, send
from serving.api.own_folder import folder_of_its_own
from serving.api.problems import HEAVY
from serving.api.slots import Slots
from serving.api.upload import spool
from serving.life.drain import Drain
from serving.limits import Limits
from serving.scoring.process import CallerGone
from serving.scoring.room import on_disk
from serving.service import Service

RETRY_SECONDS = 30
UPLOADS = 8
"""Files on their way in for each that is scored: whoever sends slowly holds up no work, and the
disk is not filled by many who do."""

NOBODY_HEARS = 499
"""What servers note, by custom, where the caller went away; nobody is told."""


def router(
    service: Service, once: Once, limits: Limits, stages: Path | None, drain: Drain
) -> APIRouter:
    """Return the route that scores files with the model of ``service``.

    Args:
        service: Has the model.
        once: Keeps answers with a key.
        limits: How many files, and how large.
        stages: The table of company stages, if there is one.
        drain: Whether the process is ending: no file holds it up.
    """
    routes = APIRouter(prefix="/v1/files", tags=["files"])
    slots = Slots(limits.files, "files", RETRY_SECONDS)
    uploads = Slots(UPLOADS * limits.files, "uploads", RETRY_SECONDS)
    lasting = Lasting()
    responses = {200: ANSWERED, **HEAVY} | dict.fromkeys((406, 415), HEAVY[413])

    @routes.post(
        "", responses=responses, response_class=Response, openapi_extra={"requestBody": taken()}
    )
    async def score_file(
        request: Request,
        options: Annotated[FileOptions, Query()],
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        """Score a table: each row comes back in its order, with its prediction or its problem.

        The body is the table, or a form whose part `file` is; in a form the options may be fields.
        """
        try:
            async with AsyncExitStack() as stack:
                stack.enter_context(on_disk())
                async with drain.in_time():
                    with uploads.take():
                        folder = await stack.enter_async_context(folder_of_its_own())
                        most, named = limits.file_megabytes, options.filename
                        upload = await spool(request, folder, most, named)
                    asked = merged(options, upload.fields)
                    work = Work(service, limits, stages, upload, asked, caller_of(request))
                    out = answered_as(request.headers.get("accept"), upload.suffix)
                    if idempotency_key is None:
                        with slots.take():
                            return await send(await work.score(out, partial(caller_gone, request)))

                async def made() -> Made:
                    with slots.take():
                        return await work.score(out, None)

                async def kept(upload: AbstractAsyncContextManager[object]) -> Response:
                    async with drain.in_time(), upload:
                        fingerprint = partial(work.fingerprint, out)
                        return await once.answer(request, idempotency_key, fingerprint, made)

                # The upload outlives the request with the work that needs it.
                return await lasting.answer(kept(stack.pop_all()))
        except (ClientDisconnect, CallerGone):
            return Response(status_code=NOBODY_HEARS)

    return routes


async def caller_gone(request: Request) -> None:
    """Return when the caller of ``request`` went away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
