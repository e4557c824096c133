"""A service that answers what it is told to, and remembers what it was asked."""

import math
from datetime import date
from statistics import NormalDist

from data.errors import PaylensError
from serving.api.answer import (
    ComponentRange,
    ComponentRanges,
    Components,
    ExchangeRate,
    Factor,
    MeasuredOn,
    MedianInterval,
    ModelTold,
    Prediction,
    Range,
    RecognisedSkill,
    RecognisedTitle,
    RecognisedWord,
    Reliability,
)
from serving.api.caller import FORM, Caller
from serving.api.request import PredictionRequest

TOLD = ModelTold(
    name="paylens", version="3", trained_on=date(2026, 11, 23), data="levels_fyi 50,087 records"
)
FACTORS = [
    Factor(field="baseline", value="USD", factor=236_000.0),
    Factor(field="metro", value="san_francisco_bay_area", factor=1.21),
    Factor(field="seniority", value="senior", factor=1.18),
    Factor(field="skills", value=["llm_pretraining", "pytorch"], factor=1.14),
    Factor(field="role", value="machine_learning_engineer", factor=1.09),
    Factor(field="years_experience", value=6.0, factor=1.04),
    Factor(field="company", value=None, factor=0.93),
    Factor(field="company_stage", value="series_b", factor=0.96),
    Factor(field="remote_share", value=0.5, factor=0.985),
    Factor(field="education", value="master", factor=1.012),
    Factor(field="observed_on", value=date(2026, 11, 20), factor=1.01),
    Factor(field="calibration", value=None, factor=1.004),
]


def amounts(levels: list[int], median: float = 412_000, spread: float = 0.28) -> dict[str, int]:
    """Return percentiles of pay whose log is normal."""
    score = NormalDist().inv_cdf
    return {f"p{n}": round(median * math.exp(spread * score(n / 100)), -2) for n in levels}  # type: ignore[misc]


def recognised(
    request: PredictionRequest,
) -> dict[str, RecognisedTitle | RecognisedWord | list[RecognisedSkill]]:
    """Return every skill as unknown but two, and every title as one role."""
    known = {"pytorch": "pytorch", "llm pretraining": "llm_pretraining"}
    skills = [(skill, known.get(skill.casefold())) for skill in request.skills]
    heard: dict[str, RecognisedTitle | RecognisedWord | list[RecognisedSkill]] = {
        "title": RecognisedTitle(
            given=request.title or "",
            id="machine_learning_engineer",
            status="mapped",
            score=0.97,
            role="machine_learning_engineer",
            seniority="senior",
        ),
        "skills": [
            RecognisedSkill(
                given=skill,
                skill=key,
                status="mapped" if key else "unknown",
                score=1.0 if key else 0.0,
            )
            for skill, key in skills
        ],
    }
    if request.metro:
        heard["metro"] = RecognisedWord(
            given=request.metro, id="san_francisco_bay_area", status="mapped", score=1.0
        )
    return heard


def component_range(lower: int, upper: int, none_share: float) -> ComponentRange:
    return ComponentRange(lower=lower, upper=upper, none_share=none_share, measured_coverage=0.81)


class FakeService:
    """Answers every request alike, or raises ``error``."""

    def __init__(
        self,
        error: PaylensError | None = None,
        *,
        synthetic: bool = False,
        reasons: tuple[str, ...] = (),
        components: bool = True,
        measured: bool = True,
        measured_on: str = "inputs=total: employer unknown, role=machine_learning_engineer",
    ) -> None:
        self.error = error
        self.synthetic = synthetic
        self.reasons = reasons
        self.components = components
        self.measured = measured
        self.measured_on = measured_on
        self.asked: list[PredictionRequest] = []

    def told(self) -> ModelTold:
        return TOLD

    def predict(self, request: PredictionRequest, caller: Caller = FORM) -> Prediction:
        assert caller == FORM
        self.asked.append(request)
        if self.error:
            raise self.error
        ends = amounts([10, 50, 90])
        return Prediction(
            id="0" * 32,
            currency=request.currency,
            exchange_rate=None
            if request.currency == "USD"
            else ExchangeRate(usd=1.0812, day=date(2026, 11, 20)),
            pay_basis="total",
            as_of=date(2026, 11, 23),
            median=ends["p50"],
            percentiles=amounts(request.percentiles),
            range=Range(
                coverage=0.8,
                lower=ends["p10"],
                upper=ends["p90"],
                measured_coverage=0.803 if self.measured else None,
                measured_on=MeasuredOn(group=self.measured_on, n=1480, low=0.781, high=0.823)
                if self.measured
                else None,
            ),
            median_interval=MedianInterval(coverage=0.95, lower=401_000, upper=424_000),
            components=Components(base=236_000, bonus=31_000, equity=145_000)
            if self.components
            else None,
            component_ranges=ComponentRanges(
                coverage=0.8,
                base=component_range(190_000, 290_000, 0.0),
                bonus=component_range(0, 62_000, 0.21),
                equity=component_range(40_000, 330_000, 0.04),
            )
            if self.components
            else None,
            reliability=Reliability(
                label="medium" if self.reasons else "high",
                similar_records=214,
                reasons=list(self.reasons),
            ),
            recognised=recognised(request),
            factors=FACTORS if request.explain else None,
            model=TOLD,
        )
