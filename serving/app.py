"""The one place where the service is put together."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from data.errors import ChampionError
from data.recognition import Recogniser
from data.stages import Stages
from serving.api import (
    batches,
    files,
    health,
    log,
    model,
    outcomes,
    pay_index,
    predictions,
    problems,
    skills,
    vocabularies,
)
from serving.api.document import complete
from serving.api.once import Once
from serving.champion import Champion
from serving.kept import KeptAnswers
from serving.limits import MEGABYTE, Limits
from serving.log.address import OFF, Address
from serving.log.journal import Journal
from serving.security.access import Access
from serving.security.enclosure import enclose
from serving.service import Service
from serving.settings import Settings
from serving.web import form

STATIC = Path(__file__).parent / "web" / "static"

LOG = logging.getLogger("uvicorn.error")
ABOUT = """Predicts total compensation (base + bonus + equity) in tech and AI from role, skills and
company stage, with intervals whose coverage is measured and shown."""


def create_app(settings: Settings) -> FastAPI:
    """Return the service with the model that ``settings`` name loaded, if there is one.

    Raises:
        SourceError: The table of company stages cannot be read.
        ChampionError: A model folder is named, and neither it nor a champion can be served.
        SettingError: In production nobody could get in.
        KeysError: The file of API keys cannot be read.
        LogError: The log's setting names no database that it can be kept in.
    """
    journal = keep(settings)
    champion = Champion(settings.model, settings.tracking_uri)
    champion.refresh()
    if champion.trouble:
        if settings.model is not None and not champion.serves:
            raise ChampionError(champion.trouble)
        LOG.warning("%s", champion.trouble)
    recogniser = Recogniser(Stages.read(settings.stages) if settings.stages else Stages())
    return assemble(
        champion,
        recogniser,
        settings.access,
        journal,
        limits=settings.limits,
        stages=settings.stages,
    )


def keep(settings: Settings) -> Journal | None:
    """Return what keeps the decision log, None where it is off.

    Raises:
        LogError: The log's setting names no database that it can be kept in.
    """
    if settings.log == OFF:
        LOG.warning("PAYLENS_LOG is off: no answer can be looked up or explained later")
        return None
    address = Address.read(settings.log)
    address.make_room()
    return Journal(
        address,
        settings.log_spool,
        refuse=settings.log_when_full == "refuse",
        most_bytes=settings.log_spool_mb * 1024**2,
    )


def assemble(
    champion: Champion,
    recogniser: Recogniser,
    access: Access | None = None,
    journal: Journal | None = None,
    *,
    limits: Limits | None = None,
    stages: Path | None = None,
) -> FastAPI:
    """Return the service that answers with ``champion`` whom ``access`` lets in.

    Args:
        champion: Holds the live model.
        recogniser: Reads the words of a request.
        access: Who may ask, how often and how much; None for the defaults.
        journal: Keeps every answer; None for no decision log.
        limits: How much is taken at once; None for ``Limits()``.
        stages: The table that ``recogniser`` looks company stages up in; files are read with it.

    Raises:
        SettingError: In production nobody could get in.
        KeysError: The file of API keys cannot be read.
    """
    service, limits = Service(champion, recogniser, journal), limits or Limits()
    room = limits.idempotency_megabytes * MEGABYTE
    once = Once(KeptAnswers(limits.idempotency, limits.idempotency_hours, room))

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        with journal.running() if journal else nullcontext():
            yield

    # No pages made from scripts of other people's servers: the document itself is at /openapi.json.
    app = FastAPI(
        title="paylens",
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    problems.tell_problems(app)
    for routes in (
        predictions.router(service),
        log.router(champion, journal),
        outcomes.router(journal),
        batches.router(service, once, limits.batches),
        files.router(service, once, limits, stages),
        skills.router(service),
        vocabularies.router(),
        pay_index.router(),
        model.router(service),
        health.router(service),
        problems.router(),
        form.router(service),
    ):
        app.include_router(routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    complete(app)
    enclose(app, access or Access(), limits.file_megabytes * MEGABYTE)
    return app
