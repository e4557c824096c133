"""The one place where the service is put together."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from structlog.typing import FilteringBoundLogger

from data.errors import ChampionError
from data.recognition import Recogniser
from data.stages import Stages
from serving.api import (
    health,
    metrics,
    model,
    pay_index,
    predictions,
    problems,
    skills,
    vocabularies,
)
from serving.champion import Champion
from serving.life.drain import Closing, Drain
from serving.life.every import Every
from serving.life.kept import Kept
from serving.life.lifespan import alongside
from serving.life.orphan import Orphan
from serving.observe.account import Account
from serving.observe.logs import request_logger
from serving.observe.metrics import Metrics
from serving.observe.shared import Leaving
from serving.observe.traces import Traces
from serving.observe.witness import Told
from serving.service import Service
from serving.settings import Settings
from serving.web import form

STATIC = Path(__file__).parent / "web" / "static"

GAUGES_SECONDS = 5.0
"""How old a gauge of another process may be at a scrape."""

ABOUT = """Predicts total compensation (base + bonus + equity) in tech and AI from role, skills and
company stage, with intervals whose coverage is measured and shown."""


def create_app(settings: Settings) -> FastAPI:
    """Return the service with the model that ``settings`` name loaded, if there is one.

    Raises:
        SourceError: The table of company stages cannot be read.
        ChampionError: A model folder is named, and neither it nor a champion can be served.
        SettingError: Traces are asked for, and what sends them is not installed.
    """
    measures = Metrics()
    champion = Champion(
        settings.model, settings.tracking_uri, Kept(settings.kept), witness=Told(measures)
    )
    champion.refresh()
    if champion.trouble and settings.model is not None and not champion.serves:
        raise ChampionError(champion.trouble)
    drain, traces = Drain(settings.notice_seconds), Traces.configured()
    return assemble(
        champion,
        Recogniser(Stages.read(settings.stages) if settings.stages else Stages()),
        measures=measures,
        drain=drain,
        log=request_logger(settings.log_format, settings.log_level),
        traces=traces,
        beside=[
            *([traces] if traces else []),
            Leaving(),
            Every(settings.watch_seconds, champion.refresh),
            Every(GAUGES_SECONDS, measures.gauges.read),
            Orphan(),
            drain,
        ],
    )


def assemble(
    champion: Champion,
    recogniser: Recogniser,
    *,
    measures: Metrics | None = None,
    drain: Drain | None = None,
    log: FilteringBoundLogger | None = None,
    traces: Traces | None = None,
    beside: Iterable[AbstractContextManager[object]] = (),
) -> FastAPI:
    """Return the service that answers with ``champion``.

    Args:
        champion: Holds the live model.
        recogniser: Reads the words of a request.
        measures: Where requests are counted; None for metrics of its own.
        drain: Whether the process is ending.
        log: Where a line for each request goes.
        traces: Where a span for each request goes.
        beside: What runs beside the requests, from the first to the last, in this order.
    """
    measures, drain = measures or Metrics(), drain or Drain()
    service = Service(champion, recogniser, measures.predicted)
    # No pages made from scripts of other people's servers: the document itself is at /openapi.json.
    app = FastAPI(
        title="paylens",
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=alongside(beside),
    )
    app.add_middleware(Closing, drain=drain)
    problems.tell_problems(app)
    for routes in (
        predictions.router(service),
        skills.router(service),
        vocabularies.router(),
        pay_index.router(),
        model.router(service),
        health.router(service, drain),
        metrics.router(measures),
        form.router(service),
    ):
        app.include_router(routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    # The last one added stands outermost: its account holds what the others did.
    app.add_middleware(Account, champion=champion, metrics=measures, log=log, traces=traces)
    return app
