"""Tables in, the same tables with predictions out."""

import hashlib
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from data.money import usd_rate
from data.table import MEDIA_TYPES
from serving.api.caller import Caller, caller_of
from serving.api.file_request import FileOptions
from serving.api.lasting import Lasting
from serving.api.once import IdempotencyKey, Made, Once, fingerprint_of, send
from serving.api.own_folder import folder_of_its_own
from serving.api.problems import HEAVY
from serving.api.slots import Slots
from serving.api.upload import FORM, Upload, spool
from serving.life.drain import Drain
from serving.limits import MEGABYTE, Limits
from serving.log.event import FileNote
from serving.scoring.job import Job
from serving.scoring.process import CallerGone, Gone, score
from serving.service import Service

RETRY_SECONDS = 30
UPLOADS = 8
"""Files on their way in for each that is scored: whoever sends slowly holds up no work, and the
disk is not filled by many who do."""

NOBODY_HEARS = 499
"""What servers note, by custom, where the caller went away; nobody is told."""

BINARY = {"schema": {"type": "string", "format": "binary"}}
ANSWERED = {
    "description": "The rows in their order, their columns, and the predictions beside them.",
    "content": dict.fromkeys(MEDIA_TYPES.values(), BINARY),
    "headers": {
        name: {"description": told, "schema": {"type": "string"}}
        for name, told in {
            "Paylens-Id": "The id of the answer, by which the decision log has it.",
            "Paylens-Rows": "Rows of the file.",
            "Paylens-Problems": "Rows that have a problem instead of a prediction.",
            "Paylens-Model": "Version of the model that answered.",
            "Paylens-Not-Read": "Columns of protected attributes, which are never used.",
        }.items()
    },
}


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


def merged(options: FileOptions, fields: Mapping[str, str]) -> FileOptions:
    """Return ``options`` with those that the form's ``fields`` give.

    Raises:
        RequestValidationError: A field is none, or not what it should be.
    """
    try:
        return FileOptions.model_validate({**options.model_dump(exclude_unset=True), **fields})
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


def answered_as(accept: str | None, suffix: str) -> str:
    """Return the end of the name of the answer: as the caller accepts, else as the file came.

    Raises:
        HTTPException: 406; the caller accepts no table.
    """
    accepted = [each.partition(";")[0].strip().lower() for each in (accept or "*/*").split(",")]
    if MEDIA_TYPES[suffix] in accepted:
        return suffix
    for end, kind in MEDIA_TYPES.items():
        if kind in accepted:
            return end
    if any(
        each in ("*/*", "") or MEDIA_TYPES[suffix].startswith(each.rstrip("*")) for each in accepted
    ):
        return suffix
    raise HTTPException(
        406, f"Accept: {accept}; the answer is one of {', '.join(MEDIA_TYPES.values())}"
    )


def sha256_of(path: Path) -> str:
    """Return the digest of the file at ``path``, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def taken() -> dict[str, Any]:
    """Return what the route takes, as OpenAPI tells it."""
    options = FileOptions.model_json_schema()["properties"]
    form = {
        "type": "object",
        "properties": {"file": BINARY["schema"], **options},
        "required": ["file"],
        "additionalProperties": False,
    }
    return {
        "required": True,
        "content": {**dict.fromkeys(MEDIA_TYPES.values(), BINARY), FORM: {"schema": form}},
    }


@dataclass(frozen=True, slots=True)
class Work:
    """One upload to be scored, and who asks for it."""

    service: Service
    limits: Limits
    stages: Path | None
    upload: Upload
    options: FileOptions
    caller: Caller

    def fingerprint(self, out: str) -> str:
        """Return a digest of all that the answer depends on."""
        content = bytes.fromhex(sha256_of(self.upload.path))
        return fingerprint_of(
            "files", self.upload.suffix, out, self.options.model_dump_json(), content
        )

    async def score(self, out: str, gone: Gone | None) -> Made:
        """Return the scored table.

        Args:
            out: The end of its name.
            gone: Returns when nobody waits for it any more (``serving.scoring.process.score``).

        Raises:
            PaylensError: The file is refused.
            CallerGone: Nobody waits any more.
        """
        begun = time.perf_counter_ns()
        live, options, folder = self.service.champion.live, self.options, self.upload.path.parent
        day = options.as_of or datetime.now(UTC).date()
        usd_rate(options.currency, day)
        # The very model in service, wherever it came from and whatever takes its place meanwhile.
        await run_in_threadpool(live.model.save, folder / "model")
        job = Job(
            folder=str(folder),
            table=self.upload.path.name,
            out=f"out{out}",
            model=str(folder / "model"),
            stages=str(self.stages.absolute()) if self.stages else None,
            percentiles=options.levels,
            coverage=options.coverage,
            prefix=options.prefix,
            pay_basis=options.pay_basis,
            as_of=day.isoformat(),
            currency=options.currency,
            most_rows=self.limits.file_rows,
            most_memory=self.limits.file_memory_megabytes * MEGABYTE,
        )
        told = await score(job, gone)
        answer_id = uuid4().hex
        self.service.keep(
            FileNote(
                id=answer_id,
                at_ns=time.time_ns(),
                latency_ns=time.perf_counter_ns() - begun,
                caller=self.caller,
                version=live.version,
                question={
                    "currency": options.currency,
                    "pay_basis": options.pay_basis,
                    "as_of": day,
                    "coverage": options.coverage,
                    "percentiles": options.levels,
                },
                rows=told["rows"],
                problems=told["problems"],
                given_sha256=await run_in_threadpool(sha256_of, self.upload.path),
                answered_sha256=await run_in_threadpool(sha256_of, folder / job.out),
            )
        )
        name = quote(f"{self.upload.name}-scored{out}")
        headers = {
            "content-type": MEDIA_TYPES[out],
            "content-disposition": f"attachment; filename*=utf-8''{name}",
            "paylens-id": answer_id,
            "paylens-rows": str(told["rows"]),
            "paylens-problems": str(told["problems"]),
            "paylens-model": live.version,
        }
        if told["not_read"]:
            headers["paylens-not-read"] = quote(", ".join(told["not_read"]), safe=", ")
        return Made(folder / job.out, headers)
