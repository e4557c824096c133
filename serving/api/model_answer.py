"""What is told of the model in service; OpenAPI is made from these classes."""

from pydantic import BaseModel, Field

from serving.api.answer import ModelTold


class ModelAnswer(BaseModel):
    """The model in service: what it learned from, what was measured, its card."""

    model: ModelTold
    synthetic: bool
    pay_bases: dict[str, int] = Field(description="Pay basis -> training records.")
    metrics: dict[str, dict[str, float]] = Field(description="Split -> metric -> value.")
    coverage: list["GroupCoverage"] = Field(description="Measured at a stated 80 % and 90 %.")
    reliability: dict[str, "LabelMeaning"] = Field(
        description="Reliability label -> how people with it fared who were held out."
    )
    card: str = Field(description="The model card, Markdown.")


class GroupCoverage(BaseModel):
    """Coverage measured on the held-out records of one group, drawn to that of a larger one."""

    group: str
    n: int = Field(description="Records of the group alone.")
    stated: float
    measured: float
    low: float = Field(description="Lower end of the 95 % interval of the measured coverage.")
    high: float = Field(description="Its upper end.")


class LabelMeaning(BaseModel):
    """Error and coverage of held-out people whose answer had one reliability label."""

    records: float = Field(description="Answers, the same people with inputs left out included.")
    median_absolute_percentage_error: float = Field(description="A share of the actual pay.")
    coverage_80: float
    coverage_90: float
