"""The one place where the service is put together."""

import logging
import sys
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
    batches,
    files,
    health,
    metrics,
    model,
    outcomes,
    pay_index,
    predictions,
    problems,
    skills,
    vocabularies,
)
from serving.api import log as past
from serving.api.desk import Desk
from serving.api.document import complete
from serving.api.head import Head
from serving.api.once import Once
from serving.api.own_folder import sweep
from serving.champion import Champion
from serving.kept_answers import KeptAnswers
from serving.life.drain import Closing, Drain
from serving.life.every import Every
from serving.life.kept import Kept
from serving.life.lifespan import alongside
from serving.life.orphan import Orphan
from serving.life.settled import Settled
from serving.limits import MEGABYTE, Limits
from serving.log.address import OFF, Address
from serving.log.journal import Journal
from serving.observe.account import Account
from serving.observe.gathered import Gathered
from serving.observe.journal import show
from serving.observe.logs import request_logger
from serving.observe.metrics import Metrics
from serving.observe.shared import Leaving
from serving.observe.traces import Traces
from serving.observe.witness import Told
from serving.security.access import Access
from serving.security.enclosure import enclose
from serving.service import Service
from serving.settings import Settings
from serving.web import form

STATIC = Path(__file__).parent / "web" / "static"

GAUGES_SECONDS = 5.0
"""How old a gauge of another process may be at a scrape."""

COVERAGE_SECONDS = 60.0
"""How old live coverage may be at a scrape: it counts all outcomes, and waits for the database."""

LOG = logging.getLogger("uvicorn.error")
ABOUT = """Predicts total compensation (base + bonus + equity) in tech and AI from role, skills and
company stage, with intervals whose coverage is measured and shown."""


def create_app(settings: Settings) -> FastAPI:
    """Return the service with the model that ``settings`` name loaded, if there is one.

    Raises:
        SourceError: The table of company stages cannot be read.
        ChampionError: A model folder is named, and neither it nor a champion can be served.
        SettingError: In production nobody could get in, or traces are asked for and what sends
            them is not installed.
        KeysError: The file of API keys cannot be read.
        LogError: The log's setting names no database that it can be kept in.
    """
    sweep()
    journal = keep(settings)
    measures = Metrics()
    coverage = show(journal, measures.gauges) if journal is not None else None
    champion = Champion(
        settings.model, settings.tracking_uri, Kept(settings.kept), witness=Told(measures)
    )
    champion.refresh()
    if champion.trouble and settings.model is not None and not champion.serves:
        raise ChampionError(champion.trouble)
    lines = Gathered(sys.stderr.buffer)
    drain, traces = Drain(settings.notice_seconds, settings.drain_seconds), Traces.configured()
    return assemble(
        champion,
        Recogniser(Stages.read(settings.stages) if settings.stages else Stages()),
        settings.access,
        journal,
        limits=settings.limits,
        stages=settings.stages,
        measures=measures,
        drain=drain,
        log=request_logger(settings.log_format, settings.log_level, lines),
        traces=traces,
        beside=[
            lines,
            *([traces] if traces else []),
            Leaving(),
            Every(settings.watch_seconds, champion.refresh),
            *([Every(COVERAGE_SECONDS, coverage.refresh, at_once=True)] if coverage else []),
            Every(GAUGES_SECONDS, measures.gauges.read),
            Orphan(),
            Settled(),
            drain,
        ],
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
    measures: Metrics | None = None,
    drain: Drain | None = None,
    log: FilteringBoundLogger | None = None,
    traces: Traces | None = None,
    beside: Iterable[AbstractContextManager[object]] = (),
) -> FastAPI:
    """Return the service that answers with ``champion`` whom ``access`` lets in.

    Args:
        champion: Holds the live model.
        recogniser: Reads the words of a request.
        access: Who may ask, how often and how much; None for the defaults.
        journal: Keeps every answer; None for no decision log.
        limits: How much is taken at once; None for ``Limits()``.
        stages: The table that ``recogniser`` looks company stages up in; files are read with it.
        measures: Where requests are counted; None for metrics of its own.
        drain: Whether the process is ending.
        log: Where a line for each request goes.
        traces: Where a span for each request goes.
        beside: What runs beside the requests, from the first to the last, in this order.

    Raises:
        SettingError: In production nobody could get in.
        KeysError: The file of API keys cannot be read.
    """
    measures, drain, limits = measures or Metrics(), drain or Drain(), limits or Limits()
    service = Service(champion, recogniser, journal, measures.predicted)
    room = limits.idempotency_megabytes * MEGABYTE
    once = Once(KeptAnswers(limits.idempotency, limits.idempotency_hours, room))
    desk = Desk(past.AT_ONCE, past.SECONDS)
    # No pages made from scripts of other people's servers: the document itself is at /openapi.json.
    app = FastAPI(
        title="paylens",
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        # A redirect would be built from the caller's own Host header.
        redirect_slashes=False,
        # The journal is stopped last, when nothing answers any more.
        lifespan=alongside([*([journal] if journal else []), *beside]),
    )
    problems.tell_problems(app)
    for routes in (
        predictions.router(service),
        past.router(champion, journal, desk),
        outcomes.router(journal, desk),
        batches.router(service, once, limits.batches),
        files.router(service, once, limits, stages, drain),
        skills.router(service),
        vocabularies.router(),
        pay_index.router(),
        model.router(service),
        health.router(service, drain, journal),
        metrics.router(measures),
        problems.router(),
        form.router(service),
    ):
        app.include_router(routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    complete(app)
    app.add_middleware(Head)
    enclose(app, access or Access(), limits.file_megabytes * MEGABYTE)
    app.add_middleware(Closing, drain=drain)
    # The last one added stands outermost: its account holds what the others did.
    app.add_middleware(Account, champion=champion, metrics=measures, log=log, traces=traces)
    return app
