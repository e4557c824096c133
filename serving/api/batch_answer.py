"""What is answered to a batch; OpenAPI is made from these classes."""

from pydantic import BaseModel, Field

from serving.api.answer import Prediction
from serving.api.problem import Problem


class BatchItem(BaseModel):
    """The answer to one item: a prediction or a problem, never both."""

    index: int
    item_id: str | None = Field(None, description="As the caller gave it; null without one.")
    prediction: Prediction | None
    problem: Problem | None


class BatchAnswer(BaseModel):
    """The answers in the order of the items."""

    items: list[BatchItem]
