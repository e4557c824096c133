"""What is told of the pay index; OpenAPI is made from these classes."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field


class PayIndexAnswer(BaseModel):
    """How base pay of AI and machine-learning people rose between two days."""

    track: Literal["individual", "manager"]
    who: str
    pay_basis: Literal["base"] = Field(
        "base", description="Base pay only: nothing is said of bonus and equity."
    )
    since: date = Field(description="The day on which the index is 1.")
    day: date
    index: float = Field(description="Base pay on day over base pay on since.")
    lowest: float = Field(description="The same at the low end of what the sources give.")
    highest: float = Field(description="The same at their high end.")
    known_from: date
    known_until: date = Field(description="Nothing later was published; such a day is a problem.")
    sources: list["PayIndexSource"]


class PayIndexSource(BaseModel):
    """Who says so, of which time and when: rises are shares a year."""

    source: str
    published: date
    since: date
    until: date
    yearly: float
    lowest: float
    highest: float
