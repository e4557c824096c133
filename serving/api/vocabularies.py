"""The words the service knows, for menus and type-ahead."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter

from data.matching import matcher
from data.vocabulary import vocabulary
from serving.api.etag import NOT_MODIFIED, tagged
from serving.api.problems import OPENAPI
from serving.api.vocabulary_answer import VocabularyEntry

LISTED = TypeAdapter(list[VocabularyEntry])


class Name(StrEnum):
    """Vocabularies by the name their address uses."""

    ROLES = "roles"
    SKILLS = "skills"
    COMPANY_STAGES = "company-stages"
    SENIORITIES = "seniorities"
    METROS = "metros"
    COUNTRIES = "countries"
    EDUCATIONS = "educations"
    INDUSTRIES = "industries"


def router() -> APIRouter:
    """Return the routes of the vocabulary."""
    routes = APIRouter(prefix="/v1/vocabulary", tags=["vocabulary"])

    @routes.get(
        "/{name}",
        responses={200: {"model": list[VocabularyEntry]}, **NOT_MODIFIED, **OPENAPI},
        response_class=Response,
    )
    def entries(
        request: Request,
        name: Name,
        q: Annotated[str, Query(max_length=100, description="Begin of a word, or a word.")] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    ) -> Response:
        """List a vocabulary, or with ``q`` its entries nearest to it, best first."""
        known = vocabulary(name.value.replace("-", "_"))
        ids = [match.id for match in matcher(known.name).search(q, limit)] if q else list(known)
        listed = [known[each] for each in ids[:limit]]
        told = [VocabularyEntry(id=entry.id, en=entry.en, fr=entry.fr) for entry in listed]
        return tagged(request, LISTED.dump_json(told))

    return routes
