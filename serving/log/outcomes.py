"""What people were truly paid: facts beside the predictions, and how often those held."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import orjson

from data.errors import OutcomeError, PaylensError, UnknownPredictionError
from data.money import usd_rate
from serving.api.caller import Caller
from serving.bands import experience_band
from serving.coverage import LEAST
from serving.log.event import written
from serving.log.journal import Journal
from serving.log.lookup import Found, find_all
from serving.shrinkage import wilson_interval

if TYPE_CHECKING:
    from serving.log.chain import Chain

OUTCOME = "outcome"

APART = timedelta(days=366)
"""Pay of a day further than this from the prediction's says little of it: pay moves."""

Status = Literal["recorded", "corrected", "unchanged"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one person was truly paid.

    Attributes:
        prediction: Id of the prediction.
        pay: In whole or parts of units of the currency, gross, a year, full time.
        currency: ISO 4217 code.
        observed_on: The day of the pay.
        pay_basis: What the pay is.
    """

    prediction: str
    pay: float
    currency: str
    observed_on: date
    pay_basis: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an outcome, and whether the pay lies inside the range that was told."""

    status: Status
    inside: bool


@dataclass(frozen=True, slots=True)
class Live:
    """The share of outcomes inside the ranges told, with its 95 % interval.

    Attributes:
        group: Whose predictions.
        stated: The coverage that was stated.
        n: Outcomes.
        inside: Those inside.
    """

    group: str
    stated: float
    n: int
    inside: int

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the share."""
        return wilson_interval(self.inside / self.n, self.n)


def keep(
    journal: Journal, outcomes: Sequence[Outcome], caller: Caller
) -> list[Kept | PaylensError]:
    """Keep ``outcomes`` and return what became of each, in order.

    The same outcome again changes nothing; another one of the same prediction corrects it, and
    both stay in the log.

    Raises:
        LogError: The database is out of reach.
    """
    from serving.log.chain import Entry

    said = find_all(journal, [each.prediction for each in outcomes], caller.tenant)

    def keep_one(chain: "Chain", outcome: Outcome) -> Kept | PaylensError:
        try:
            told = fact(outcome, said.get(outcome.prediction), caller)
        except PaylensError as error:
            return error
        before = _counting(chain, outcome.prediction)
        if before is not None and _same(before, told):
            return Kept("unchanged", told["inside"])
        chain.append([Entry.of(orjson.dumps(told))])
        chain.count_outcome(told)
        return Kept("recorded" if before is None else "corrected", told["inside"])

    with journal.opened().writing() as chain:
        return [keep_one(chain, outcome) for outcome in outcomes]


def fact(outcome: Outcome, found: Found | None, caller: Caller) -> dict[str, Any]:
    """Return the entry of ``outcome`` beside its prediction.

    Raises:
        UnknownPredictionError: No such prediction was given to the caller.
        OutcomeError: The pay says nothing of it.
        MoneyError: The currency has no rate on the day.
    """
    if (
        found is None
        or found.content["kind"] != "prediction"
        or "problem" in found.content["output"]
    ):
        raise UnknownPredictionError(f"no prediction {outcome.prediction} was given to you")
    event = found.content
    question, day = event["question"], outcome.observed_on
    if outcome.pay_basis != question["pay_basis"]:
        raise OutcomeError(
            "pay_basis",
            f"{outcome.pay_basis} pay says nothing of a prediction of {question['pay_basis']} pay; "
            "send pay of that basis",
        )
    if day > datetime.now(UTC).date() + timedelta(days=1):
        raise OutcomeError("observed_on", f"{day} lies ahead: send what was paid, once it was")
    if abs(day - date.fromisoformat(question["as_of"])) > APART:
        raise OutcomeError(
            "observed_on",
            f"{day} is over a year from {question['as_of']}, the day of the prediction; "
            "ask for a prediction of that day",
        )
    pay = outcome.pay
    if outcome.currency != question["currency"]:
        pay *= usd_rate(outcome.currency, day).usd / question["usd_rate"]
    told = event["output"]["range"]
    return {
        "id": uuid4().hex,
        "kind": OUTCOME,
        "at": written(),
        "tenant": caller.tenant,
        "client": caller.client,
        "prediction": outcome.prediction,
        "pay": outcome.pay,
        "currency": outcome.currency,
        "observed_on": day.isoformat(),
        "pay_basis": outcome.pay_basis,
        "stated": told["coverage"],
        "inside": told["lower"] <= pay <= told["upper"],
        "groups": groups(event),
    }


def groups(event: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the group of each kind that the prediction ``event`` is in; None where unknown."""
    inputs = event["inputs"]
    plain = ("pay_basis", "role", "seniority", "company_stage", "country")
    return {
        **{name: inputs.get(name) for name in plain},
        "experience": experience_band(inputs.get("years_experience")),
        # Rows of files are told none.
        "reliability": event["output"].get("reliability", {}).get("label"),
        "model": event["model"],
    }


def coverage(journal: Journal, tenant: str | None, least: int = LEAST) -> list[Live]:
    """Return live coverage of all predictions with outcomes, and of each group of them.

    Args:
        journal: The log.
        tenant: Whose predictions; None for everybody's.
        least: A group with fewer outcomes is left out.

    Raises:
        LogError: The database is out of reach.
    """
    return [each for each in _counted(journal, tenant) if each.n >= least]


def _counted(journal: Journal, tenant: str | None) -> Iterator[Live]:
    from sqlalchemy import func, select

    from serving.log.tables import GROUPS, OUTCOMES

    count, inside = func.count(), func.sum(OUTCOMES.c.inside)
    with journal.opened().reading() as connection:
        for name in (None, *GROUPS):
            by = [OUTCOMES.c.stated] if name is None else [OUTCOMES.c[name], OUTCOMES.c.stated]
            asked = select(*by, count, inside).group_by(*by).order_by(*by)
            if tenant is not None:
                asked = asked.where(OUTCOMES.c.tenant == tenant)
            for *group, stated, n, held in connection.execute(asked):
                if group != [None]:
                    called = f"{name}={group[0]}" if group else "all"
                    yield Live(called, float(stated), int(n), int(held))


def _counting(chain: "Chain", prediction: str) -> Mapping[str, Any] | None:
    """Return the outcome that counts for ``prediction``."""
    from sqlalchemy import select

    from serving.log.tables import ENTRIES, OUTCOMES

    joined = ENTRIES.join(OUTCOMES, ENTRIES.c.seq == OUTCOMES.c.seq)
    content = chain.connection.scalar(
        select(ENTRIES.c.content).select_from(joined).where(OUTCOMES.c.prediction == prediction)
    )
    return None if content is None else orjson.loads(content)


def _same(before: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    facts = ("pay", "currency", "observed_on", "pay_basis")
    return all(before[name] == told[name] for name in facts)
