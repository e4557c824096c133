"""From a request to an answer: words recognised, pay predicted, everything said that must be."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from data.errors import UnknownWordError
from data.matching import matcher
from data.money import Rate, usd_rate
from data.recognition import Recogniser
from data.topics import Word
from serving.api import contract
from serving.api.contract import PredictionRequest
from serving.calibration import group
from serving.champion import Champion, Live
from serving.model import CompensationModel, Prediction
from serving.support import Reliability

PLAIN = (
    "track",
    "skills",
    "specialisation",
    "seniority",
    "role",
    "title",
    "company",
    "company_level",
    "company_stage",
    "company_size",
    "industry",
    "country",
    "remote_share",
    "years_experience",
    "years_at_company",
    "education",
    "employment_type",
    "pay_basis",
)
"""Fields of a request that are words of a record by the same name."""


@dataclass(frozen=True, slots=True)
class Money:
    """Turns USD into whole units of another currency."""

    rate: Rate

    def __call__(self, usd: float) -> int:
        """Return ``usd`` in whole units of the currency."""
        return round(usd / self.rate.usd)


class Service:
    """Answers requests with the live model.

    Args:
        champion: Holds the live model.
        recogniser: Reads the words of a request.
    """

    def __init__(self, champion: Champion, recogniser: Recogniser) -> None:
        self.champion = champion
        self._recogniser = recogniser

    @property
    def synthetic(self) -> bool:
        """Return whether the live model learned from invented people."""
        return self.champion.live.model.synthetic

    def predict(self, request: PredictionRequest) -> contract.Prediction:
        """Return the answer to ``request``.

        Raises:
            UnknownWordError: The title or role is not recognised.
            MoneyError: The currency has no exchange rate on the day.
            ChampionError: No model is in service.
        """
        live = self.champion.live
        day = request.as_of or datetime.now(UTC).date()
        rate = usd_rate(request.currency, day)
        words = {name: getattr(request, name) for name in PLAIN}
        words |= {"location": request.metro, "observed_on": day}
        record, heard = self._recogniser.read(words)
        require_role(request, record)
        prediction = live.model.predict_one(record)
        return answer(request, day, rate, record, heard, live, prediction)

    def told(self) -> contract.ModelTold:
        """Return what is told of the live model in every answer."""
        return told(self.champion.live)


def require_role(request: PredictionRequest, record: dict[str, Any]) -> None:
    """Check that the request's role or title was recognised.

    Raises:
        UnknownWordError: It was not; with the nearest roles.
    """
    if record["role"] is not None:
        return
    field, given = ("role", request.role) if request.role else ("title", request.title or "")
    near = tuple(match.id for match in matcher("roles").nearest(given))
    raise UnknownWordError(field, given, near)


def answer(
    request: PredictionRequest,
    day: date,
    rate: Rate,
    record: dict[str, Any],
    heard: tuple[Word, ...],
    live: Live,
    prediction: Prediction,
) -> contract.Prediction:
    """Return the answer that tells ``prediction``, in the currency of ``rate``."""
    model, money = live.model, Money(rate)
    median = money(model.quantile(prediction, 0.5))
    return contract.Prediction(
        id=uuid4().hex,
        currency=request.currency,
        exchange_rate=None
        if request.currency == "USD"
        else contract.ExchangeRate(usd=rate.usd, day=rate.day),
        pay_basis=request.pay_basis,
        as_of=day,
        median=median,
        percentiles={
            f"p{level}": money(model.quantile(prediction, level / 100))
            for level in sorted(set(request.percentiles))
        },
        range=range_of(request, record, model, prediction, money),
        median_interval=median_interval(model, prediction, money),
        components=components(model, prediction, median, money),
        reliability=reliability(request, record, day, model),
        recognised=recognised(record, heard),
        factors=factors(record, model, prediction, rate) if request.explain else None,
        model=told(live),
    )


def range_of(
    request: PredictionRequest,
    record: dict[str, Any],
    model: CompensationModel,
    prediction: Prediction,
    money: Money,
) -> contract.Range:
    """Return the prediction interval with what was measured of its coverage."""
    lower, upper = model.interval(prediction, request.coverage)
    measured = (
        model.coverage.of(record, group(record), request.coverage) if model.coverage else None
    )
    return contract.Range(
        coverage=request.coverage,
        lower=money(lower),
        upper=money(upper),
        measured_coverage=round(measured.share, 4) if measured else None,
        measured_on=contract.MeasuredOn(group=measured.group, n=measured.n) if measured else None,
    )


def median_interval(
    model: CompensationModel, prediction: Prediction, money: Money
) -> contract.MedianInterval:
    """Return how sure the median is."""
    lower, upper = model.median_interval(prediction)
    return contract.MedianInterval(coverage=0.95, lower=money(lower), upper=money(upper))


def components(
    model: CompensationModel, prediction: Prediction, median: int, money: Money
) -> contract.Components | None:
    """Return base, bonus and equity in whole units that add up to ``median``."""
    parts = model.components(prediction)
    if parts is None:
        return None
    base, equity = min(money(parts.base), median), money(parts.equity)
    equity = min(equity, median - base)
    return contract.Components(base=base, bonus=median - base - equity, equity=equity)


def reliability(
    request: PredictionRequest, record: dict[str, Any], day: date, model: CompensationModel
) -> contract.Reliability:
    """Return how far to trust the answer."""
    judged: Reliability = model.support.judge(record)
    reasons = list(judged.reasons)
    if model.synthetic:
        reasons.insert(0, "learned from a synthetic reference market, not from people's pay")
    last = model.manifest["data"]["observed_to"]
    if day.isoformat() > last:
        reasons.append(f"the data end on {last}; nothing later was seen")
    if request.metro and record["metro"] is None:
        reasons.append("the place is in no known metro area")
    return contract.Reliability(
        label="low" if model.synthetic else judged.label,
        similar_records=judged.similar_records,
        reasons=reasons,
    )


def recognised(
    record: dict[str, Any], heard: tuple[Word, ...]
) -> dict[str, contract.RecognisedTitle | contract.RecognisedWord | list[contract.RecognisedSkill]]:
    """Return for each word of the request what it was taken for."""
    told: dict[str, Any] = {}
    for word in heard:
        common: dict[str, Any] = {
            "given": word.given,
            "status": "mapped" if word.id else "unknown",
            "score": round(word.score, 3),
        }
        if word.field == "skills":
            told.setdefault("skills", []).append(contract.RecognisedSkill(skill=word.id, **common))
        elif word.field == "title":
            read = {"role": record["role"], "seniority": record["seniority"]}
            told["title"] = contract.RecognisedTitle(id=word.id, **common, **read)
        else:
            name = "metro" if word.field == "location" else word.field
            told[name] = contract.RecognisedWord(id=word.id, **common)
    return told


def factors(
    record: dict[str, Any], model: CompensationModel, prediction: Prediction, rate: Rate
) -> list[contract.Factor]:
    """Return the factors that multiply to the median, in the currency of ``rate``."""
    return [
        contract.Factor(field="baseline", value=rate.currency, factor=each.factor / rate.usd)
        if each.field == "baseline"
        else contract.Factor(field=each.field, value=record.get(each.field), factor=each.factor)
        for each in model.explain(prediction)
    ]


def told(live: Live) -> contract.ModelTold:
    """Return what every answer tells of its model."""
    manifest = live.model.manifest
    return contract.ModelTold(
        name="paylens",
        version=live.version,
        trained_on=date.fromisoformat(manifest["trained_on"]),
        data=manifest["data"]["description"],
    )
