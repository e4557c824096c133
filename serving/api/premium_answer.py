"""What is told of skills; OpenAPI is made from these classes."""

from pydantic import BaseModel, Field

from serving.api.answer import ModelTold


class RatioTold(BaseModel):
    """A factor on pay with the ends of its interval."""

    factor: float
    coverage: float = Field(description="Of the interval, 0 to 1.")
    lower: float
    upper: float


class SkillPremium(BaseModel):
    """The same person with and without one skill."""

    given: str
    skill: str = Field(description="Vocabulary id.")
    median_with: int
    median_without: int
    factor: float = Field(description="The median with the skill over that without.")
    interval: RatioTold | None = Field(description="Of the factor; null: too few records list it.")
    n: int | None = Field(description="Training records that list it; null: fewer than are told.")
    shown: bool = Field(description="Whether the data show a difference: the interval holds no 1.")
    on_average: RatioTold | None = Field(
        description="What was measured over all who list it, everybody alike in all else."
    )
    told: str


class SkillPremiums(BaseModel):
    """What each skill goes along with, in the order asked."""

    id: str
    currency: str
    pay_basis: str
    skills: list[SkillPremium]
    association: str = Field(description="What these figures are not.")
    model: ModelTold
