"""What each address asks of its caller, in one table; an address without a line is not served."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from serving.api.caller import Caller


class Scope(StrEnum):
    """What a key or a token allows. None holds another within it."""

    PREDICT = "predict"
    FILES = "files"
    ADVICE = "advice"
    ADMIN = "admin"


class Open(StrEnum):
    """How an address is open to everybody.

    ``FORM`` is for people who come without an account and is limited by address; ``ALWAYS`` is for
    supervisors, and for what a browser loads beside the page.
    """

    FORM = "form"
    ALWAYS = "always"


NEEDED: Mapping[tuple[str, str], Scope | Open] = {
    ("GET", "/"): Open.FORM,
    ("POST", "/"): Open.FORM,
    ("GET", "/static/{path:path}"): Open.ALWAYS,
    ("GET", "/healthz"): Open.ALWAYS,
    ("GET", "/readyz"): Open.ALWAYS,
    ("GET", "/metrics"): Scope.ADMIN,
    ("GET", "/openapi.json"): Open.ALWAYS,
    ("GET", "/problems/{slug}"): Open.FORM,
    # Public words and published figures: they tell nothing of the model or of who uses it.
    ("GET", "/v1/vocabulary/{name}"): Open.FORM,
    ("GET", "/v1/pay-index"): Open.FORM,
    ("GET", "/v1/model"): Scope.PREDICT,
    ("POST", "/v1/predictions"): Scope.PREDICT,
    ("POST", "/v1/predictions/batch"): Scope.PREDICT,
    ("POST", "/v1/skills/premium"): Scope.PREDICT,
    ("POST", "/v1/files"): Scope.FILES,
    ("GET", "/v1/predictions/{prediction_id}"): Scope.PREDICT,
    ("POST", "/v1/outcomes"): Scope.PREDICT,
    ("GET", "/v1/model/coverage"): Scope.PREDICT,
}
"""Method and address (as routes write it) -> what it needs."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Whom a credential stands for, and what it allows."""

    caller: Caller
    scopes: frozenset[Scope]


class Addresses:
    """Finds what an address needs.

    Args:
        needed: The table.
    """

    def __init__(self, needed: Mapping[tuple[str, str], Scope | Open] = NEEDED) -> None:
        self._plain: dict[str, dict[str, Scope | Open]] = {}
        patterns: dict[str, dict[str, Scope | Open]] = {}
        for (method, template), need in needed.items():
            into = patterns if "{" in template else self._plain
            into.setdefault(template, {})[method] = need
        self._patterns: list[tuple[re.Pattern[str], dict[str, Scope | Open]]] = [
            (compile_path(template)[0], methods) for template, methods in patterns.items()
        ]

    def need_of(self, method: str, path: str) -> Scope | Open:
        """Return what a request needs.

        Raises:
            HTTPException: No line has the address (404), or none has the method there (405).
        """
        methods = self._plain.get(path)
        if methods is None:
            found = (each for pattern, each in self._patterns if pattern.match(path))
            methods = next(found, None)
        if methods is None:
            raise HTTPException(404)
        need = methods.get("GET" if method == "HEAD" else method)
        if need is None:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        return need
