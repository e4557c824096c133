"""A prediction told in words and whole units of a currency, with everything that must be said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from typing import Any

from data.money import Rate
from data.topics import Word
from serving.api import answer
from serving.api.request import PredictionRequest
from serving.calibration import group
from serving.champion import Live
from serving.component_ranges import key
from serving.components import Components
from serving.model import CompensationModel
from serving.prediction import Prediction
from serving.support import Reliability, Said


@dataclass(frozen=True, slots=True)
class Money:
    """Turns USD into whole units of another currency."""

    rate: Rate

    def __call__(self, usd: float) -> int:
        """Return ``usd`` in whole units of the currency."""
        return round(usd / self.rate.usd)


def tell(
    request: PredictionRequest,
    day: date,
    rate: Rate,
    record: dict[str, Any],
    heard: tuple[Word, ...],
    live: Live,
    prediction: Prediction,
) -> answer.Prediction:
    """Return the answer that tells ``prediction``, in the currency of ``rate``."""
    model, money = live.model, Money(rate)
    median = money(model.quantile(prediction, 0.5))
    parts = model.components(prediction)
    said = Said(prediction.scale, model.quantile(prediction, 0.5))
    return answer.Prediction(
        id=token_hex(16),
        currency=request.currency,
        exchange_rate=None
        if request.currency == "USD"
        else answer.ExchangeRate(usd=rate.usd, day=rate.day),
        pay_basis=request.pay_basis,
        as_of=day,
        median=median,
        percentiles={
            f"p{level}": money(model.quantile(prediction, level / 100))
            for level in sorted(set(request.percentiles))
        },
        range=range_of(request, record, model, prediction, money),
        median_interval=median_interval(model, prediction, money),
        components=components(parts, median, money),
        component_ranges=component_ranges(
            request.coverage, record, model, prediction, parts, money
        ),
        reliability=reliability(record, heard, day, model, prediction.widening, said),
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
) -> answer.Range:
    """Return the prediction interval with what was measured of its coverage."""
    lower, upper = model.interval(prediction, request.coverage)
    measured = (
        model.coverage.of(record, group(record), request.coverage) if model.coverage else None
    )
    return answer.Range(
        coverage=request.coverage,
        lower=money(lower),
        upper=money(upper),
        measured_coverage=round(measured.share, 4) if measured else None,
        measured_on=answer.MeasuredOn(
            group=measured.group,
            n=measured.n,
            low=round(measured.low, 4),
            high=round(measured.high, 4),
        )
        if measured
        else None,
    )


def median_interval(
    model: CompensationModel, prediction: Prediction, money: Money
) -> answer.MedianInterval:
    """Return how sure the median is."""
    lower, upper = model.median_interval(prediction)
    return answer.MedianInterval(coverage=0.95, lower=money(lower), upper=money(upper))


def components(parts: Components | None, median: int, money: Money) -> answer.Components | None:
    """Return base, bonus and equity in whole units that add up to ``median``."""
    if parts is None:
        return None
    base, equity = min(money(parts.base), median), money(parts.equity)
    equity = min(equity, median - base)
    return answer.Components(base=base, bonus=median - base - equity, equity=equity)


def component_ranges(
    coverage: float,
    record: dict[str, Any],
    model: CompensationModel,
    prediction: Prediction,
    parts: Components | None,
    money: Money,
) -> answer.ComponentRanges | None:
    """Return where each of base, bonus and equity falls, with what was measured of it."""
    ranges = model.ranges
    if parts is None or ranges is None:
        return None
    amounts = (parts.base, parts.bonus, parts.equity)
    found = ranges.of(key(record), amounts, prediction.scale, coverage)
    told = {}
    for name, each in found.items():
        measured = ranges.measured_at(name, coverage)
        told[name] = answer.ComponentRange(
            lower=money(each.lower),
            upper=money(each.upper),
            none_share=round(each.none_share, 4),
            measured_coverage=None if measured is None else round(measured, 4),
        )
    return answer.ComponentRanges(coverage=coverage, **told)


LOOSE = 0.75
"""A title matched with a lower score than this may mean another role."""


def reliability(
    record: dict[str, Any],
    heard: tuple[Word, ...],
    day: date,
    model: CompensationModel,
    widening: float = 1.0,
    said: Said | None = None,
) -> answer.Reliability:
    """Return how far to trust the answer: what the data lack, and what was not understood.

    Args:
        record: What is asked for, as inputs.
        heard: The words of the request, and what they were taken for.
        day: The day the pay is for.
        model: The model that answers.
        widening: ``serving.prediction.Prediction.widening``.
        said: What the model says of it; without, only what was seen is judged.
    """
    judged: Reliability = model.support.judge(record, said)
    missed = misunderstood(record, heard)
    reasons = [*judged.reasons, *missed]
    if model.synthetic:
        reasons.insert(0, "learned from a synthetic reference market, not from people's pay")
    first, last = (model.manifest["data"][end] for end in ("observed_from", "observed_to"))
    if day.isoformat() > last:
        reasons.append(f"the data end on {last}; {unseen(widening)}")
    if "recalibrated" in model.manifest:
        reasons.append(recalibrated(model.manifest["recalibrated"]))
    if day.isoformat() < first:
        reasons.append(f"the data begin on {first}; nothing earlier was seen")
    known = "medium" if missed and judged.label == "high" else judged.label
    return answer.Reliability(
        label="low" if model.synthetic else known,
        similar_records=judged.similar_records,
        reasons=reasons,
    )


def unseen(widening: float) -> str:
    """Return what the answer does about a day after the data end."""
    if widening <= 1:
        return "nothing later was seen"
    return (
        f"nothing later was seen, so intervals are {100 * (widening - 1):.1f} % wider and the "
        "median is that of the last month seen"
    )


def recalibrated(told: Mapping[str, Any]) -> str:
    """Return on which outcomes the calibration was set after the fit.

    Args:
        told: The manifest's ``recalibrated``.
    """
    return (
        f"recalibrated on {told['outcomes']} outcomes observed from {told['observed_from']} to "
        f"{told['observed_to']}"
    )


def misunderstood(record: Mapping[str, Any], heard: tuple[Word, ...]) -> list[str]:
    """Return what was left out, matched loosely or contradicted in the words of a request."""
    found = []
    for word in heard:
        if word.field == "skills":
            continue
        name = "metro" if word.field == "location" else word.field
        if word.id is None and (name != "title" or record["role"] is None):
            found.append(f"{name} {word.given!r} was not recognised and is left out")
        elif name == "metro" and record["metro"] is None:
            found.append("the place is in no known metro area")
        elif name == "title" and word.id and word.id != record["role"]:
            found.append(f"the title says {word.id}, the role given counts")
        elif name == "title" and word.id and word.score < LOOSE:
            found.append(f"the title was matched loosely (score {word.score:.2f})")
    return found


def recognised(
    record: dict[str, Any], heard: tuple[Word, ...]
) -> dict[str, answer.RecognisedTitle | answer.RecognisedWord | list[answer.RecognisedSkill]]:
    """Return for each word of the request what it was taken for."""
    told: dict[str, Any] = {}
    for word in heard:
        common: dict[str, Any] = {
            "given": word.given,
            "status": "mapped" if word.id else "unknown",
            "score": round(word.score, 3),
        }
        if word.field == "skills":
            told.setdefault("skills", []).append(answer.RecognisedSkill(skill=word.id, **common))
        elif word.field == "title":
            read = {"role": record["role"], "seniority": record["seniority"]}
            told["title"] = answer.RecognisedTitle(id=word.id, **common, **read)
        else:
            name = "metro" if word.field == "location" else word.field
            told[name] = answer.RecognisedWord(id=word.id, **common)
    return told


def factors(
    record: dict[str, Any], model: CompensationModel, prediction: Prediction, rate: Rate
) -> list[answer.Factor]:
    """Return the factors that multiply to the median, in the currency of ``rate``."""
    return [
        answer.Factor(field="baseline", value=rate.currency, factor=each.factor / rate.usd)
        if each.field == "baseline"
        else answer.Factor(field=each.field, value=record.get(each.field), factor=each.factor)
        for each in model.explain(prediction)
    ]


def told(live: Live) -> answer.ModelTold:
    """Return what every answer tells of its model."""
    manifest = live.model.manifest
    return answer.ModelTold(
        name="paylens",
        version=live.version,
        trained_on=date.fromisoformat(manifest["trained_on"]),
        data=manifest["data"]["description"],
    )
