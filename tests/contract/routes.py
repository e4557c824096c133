"""The table of routes in ``docs/api.md``, made from the OpenAPI document."""

import re
from collections.abc import Mapping
from typing import Any

from tests.contract.breaking import METHODS

HEAD = "| method | address | does |\n|---|---|---|\n"


def table(document: Mapping[str, Any]) -> str:
    """Return one row a route: method, address and what it does."""
    rows = [
        f"| {method.upper()} | `{path}` | {first_paragraph(operations[method]['description'])} |\n"
        for path, operations in sorted(document["paths"].items())
        for method in METHODS
        if method in operations
    ]
    return HEAD + "".join(rows)


def first_paragraph(text: str) -> str:
    """Return the first paragraph of ``text`` in one line."""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split()).replace("|", "\\|")


def renewed(page: str, document: Mapping[str, Any]) -> str:
    """Return the ``page`` with its table of routes as ``document`` has it."""
    return re.sub(rf"{re.escape(HEAD)}(\|.*\n)*", lambda _: table(document), page)
