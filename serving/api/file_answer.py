"""A scored file as it is answered: which kind of table, under what name, with which headers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException

from data.table import MEDIA_TYPES
from serving.api.file_request import BINARY

ANSWERED = {
    "description": "The rows in their order, their columns, and the predictions beside them.",
    "content": dict.fromkeys(MEDIA_TYPES.values(), BINARY),
    "headers": {
        name: {"description": told, "schema": {"type": "string"}}
        for name, told in {
            "Paylens-Id": "The id of the answer; that of a row is it, a dot and the row's number.",
            "Paylens-Rows": "Rows of the file.",
            "Paylens-Problems": "Rows that have a problem instead of a prediction.",
            "Paylens-Model": "Version of the model that answered.",
            "Paylens-Not-Read": "Columns of protected attributes, which are never used.",
        }.items()
    },
}


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


def headers(
    answer: str, name: str, suffix: str, version: str, told: Mapping[str, Any]
) -> dict[str, str]:
    """Return the headers of a scored file.

    Args:
        answer: Id of the answer.
        name: What the caller calls the file, without an end.
        suffix: The end of its name as it goes.
        version: The model's.
        told: What came of it (``serving.scoring.child.scored``).
    """
    given = {
        "content-type": MEDIA_TYPES[suffix],
        "content-disposition": f"attachment; filename*=utf-8''{quote(f'{name}-scored{suffix}')}",
        "paylens-id": answer,
        "paylens-rows": str(told["rows"]),
        "paylens-problems": str(told["problems"]),
        "paylens-model": version,
    }
    if told["not_read"]:
        given["paylens-not-read"] = quote(", ".join(told["not_read"]), safe=", ")
    return given
