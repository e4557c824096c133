"""What is asked of a file beside the file itself: in the address, or in a form's fields."""

from pydantic import BaseModel, ConfigDict, Field

from serving.api.request import Day, PayBasis

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
