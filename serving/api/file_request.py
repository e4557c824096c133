"""What is asked of a file beside the file itself: in the address, or in a form's fields."""

from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.table import MEDIA_TYPES
from serving.api.request import Day, PayBasis
from serving.api.upload import FORM

BINARY = {"schema": {"type": "string", "format": "binary"}}
PERCENTILES = "5,10,25,50,75,90,95"


class FileOptions(BaseModel):
    """How a file is scored; the same words as ``paylens-score`` has."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    currency: str = Field("USD", pattern="^[A-Z]{3}$", description="ISO 4217 code of the answers.")
    coverage: float = Field(0.8, ge=0.01, le=0.99, description="Of the range, 0 to 1.")
    pay_basis: PayBasis | None = Field(
        None, description="What is predicted for all rows; by default as a row says, else total."
    )
    as_of: Day | None = Field(None, description="The day of rows that name none; default today.")
    percentiles: str = Field(
        PERCENTILES, pattern="^[1-9][0-9]?(,[1-9][0-9]?)*$", description="1 to 99, with commas."
    )
    prefix: str = Field(
        "", pattern="^[A-Za-z0-9_]{0,50}$", description="What the new columns' names begin with."
    )
    filename: str | None = Field(
        None, max_length=200, description="Name of the file, where the request does not tell it."
    )

    @property
    def levels(self) -> tuple[int, ...]:
        """Return the percentiles, rising."""
        return tuple(sorted({int(each) for each in self.percentiles.split(",")}))


def merged(options: FileOptions, fields: Mapping[str, str]) -> FileOptions:
    """Return ``options`` with those that the form's ``fields`` give.

    Raises:
        RequestValidationError: A field is none, or not what it should be.
    """
    try:
        return FileOptions.model_validate({**options.model_dump(exclude_unset=True), **fields})
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


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
