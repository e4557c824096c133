"""The form at ``/``: one page that asks and answers, without JavaScript and without a trace.

Answers come by POST, since an address with somebody's job and pay in it would stay in histories and
logs. Nothing that is typed is stored, logged or put in an address; the decision log keeps what was
understood and answered, without a word of who asked.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.requests import HTTPConnection

from data.errors import ChampionError, LogFullError, PaylensError
from serving.api.answer import ModelTold, Prediction
from serving.api.caller import FORM, Caller
from serving.api.request import PredictionRequest
from serving.web.answer import Answer, read
from serving.web.fields import (
    Refusal,
    amount_of,
    refusal_of,
    request_of,
    texts_of,
    wrong_beyond_contract,
)
from serving.web.language import LANGUAGES, Language, choose_language
from serving.web.page import page_in

MOST_FIELDS = 100
"""A form with more fields than this is not ours, and is refused."""


class Service(Protocol):
    """What the form needs of the service."""

    @property
    def synthetic(self) -> bool:
        """Return whether the live model learned from invented people."""

    def predict(self, request: PredictionRequest, caller: Caller) -> Prediction:
        """Return the answer to ``request`` of ``caller``."""

    def told(self) -> ModelTold:
        """Return what is told of the live model."""


async def posted_fields(request: Request) -> dict[str, object]:
    """Return what was posted, the last of each name."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as posted:
        return dict(posted)


def spoken(request: Request, lang: str = "") -> str:
    """Return the code of the language to answer in."""
    return choose_language(lang, request.headers.get("accept-language", ""))


Posted = Annotated[dict[str, object], Depends(posted_fields)]
Spoken = Annotated[str, Depends(spoken)]


def router(service: Service) -> APIRouter:
    """Return the routes of the form, answered by ``service``."""
    pages = {code: page_in(code) for code in LANGUAGES}
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def ask(code: Spoken) -> HTMLResponse:
        try:
            return pages[code].show(service.told(), synthetic=service.synthetic)
        except ChampionError:
            return pages[code].show_closed()

    @routes.post("/")
    def answer(posted: Posted, code: Spoken) -> HTMLResponse:
        page = pages[code]
        texts = texts_of(posted, page.language)
        try:
            outcome = outcome_of(service, texts, page.language)
            return page.show(service.told(), service.synthetic, texts, outcome)
        except (ChampionError, LogFullError):
            return page.show_closed()

    return routes


def too_often(connection: HTTPConnection, seconds: int) -> HTMLResponse:
    """Return the page for somebody who may ask again in ``seconds``."""
    asked = connection.query_params.get("lang", "")
    code = choose_language(asked, connection.headers.get("accept-language", ""))
    return page_in(code).show_too_often(seconds)


def outcome_of(service: Service, texts: Mapping[str, str], language: Language) -> Answer | Refusal:
    """Return what comes of the form: an answer, or all that is wrong with it.

    Raises:
        ChampionError: No model is in service.
        LogFullError: No event of the answer can be kept, so it is not given.
    """
    wrong = wrong_beyond_contract(texts, language)
    try:
        prediction = service.predict(request_of(texts), FORM)
    except (ChampionError, LogFullError):
        raise
    except (PaylensError, ValidationError) as error:
        refusal = refusal_of(error, texts, language)
        return replace(refusal, sentences={**refusal.sentences, **wrong})
    return Refusal(wrong) if wrong else read(prediction, amount_of(texts["own_pay"]), language)
