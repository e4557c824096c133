"""The one place where the service is put together."""

import logging
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
    model,
    pay_index,
    predictions,
    problems,
    skills,
    vocabularies,
)
from serving.api.once import Once
from serving.champion import Champion
from serving.kept import KeptAnswers
from serving.limits import MEGABYTE, Limits
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
    """
    champion = Champion(settings.model, settings.tracking_uri)
    champion.refresh()
    if champion.trouble:
        if settings.model is not None and not champion.serves:
            raise ChampionError(champion.trouble)
        LOG.warning("%s", champion.trouble)
    words = Recogniser(Stages.read(settings.stages) if settings.stages else Stages())
    return assemble(champion, words, settings.limits, settings.stages)


def assemble(
    champion: Champion,
    recogniser: Recogniser,
    limits: Limits | None = None,
    stages: Path | None = None,
) -> FastAPI:
    """Return the service that answers with ``champion``.

    Args:
        champion: Holds the live model.
        recogniser: Reads the words of a request.
        limits: How much is taken at once; None for ``Limits()``.
        stages: The table that ``recogniser`` looks company stages up in; files are read with it.
    """
    service, limits = Service(champion, recogniser), limits or Limits()
    room = limits.idempotency_megabytes * MEGABYTE
    once = Once(KeptAnswers(limits.idempotency, limits.idempotency_hours, room))
    # No pages made from scripts of other people's servers: the document itself is at /openapi.json.
    app = FastAPI(title="paylens", version="1", description=ABOUT, docs_url=None, redoc_url=None)
    problems.tell_problems(app)
    for routes in (
        predictions.router(service),
        batches.router(service, once, limits.batches),
        files.router(service, once, limits, stages),
        skills.router(service),
        vocabularies.router(),
        pay_index.router(),
        model.router(service),
        health.router(service),
        form.router(service),
    ):
        app.include_router(routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
