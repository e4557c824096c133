"""The same person with and without a skill, told with what was measured of it."""

import math
from typing import Any

from data.topics import Word
from serving.api.premium_answer import RatioTold, SkillPremium
from serving.model import CompensationModel
from serving.premiums import Ratio
from serving.telling import Money

COVERAGE = 0.95
"""Of every interval here (``serving.certainty.NORMAL_95``)."""

ASSOCIATION = (
    "An association, not a cause: people who list a skill differ in more than is known of them. "
    "Of skills that go along with nothing, one in twenty is shown by chance."
)


def what_if(
    model: CompensationModel, record: dict[str, Any], word: Word, skill: str, money: Money
) -> SkillPremium:
    """Return what the model says of the person of ``record`` with ``skill`` and without.

    Args:
        model: What predicts.
        record: The person's inputs.
        word: The skill as given.
        skill: Its id.
        money: Turns USD into the answer's currency.
    """
    others = [each for each in record["skills"] or () if each != skill]
    with_it = model.predict_one({**record, "skills": [*others, skill]})
    without = model.predict_one({**record, "skills": others})
    log_factor = with_it.location - without.location
    premium = model.premiums.get(skill)
    ratio = premium.what_if(log_factor) if premium else None
    return SkillPremium(
        given=word.given,
        skill=skill,
        median_with=money(model.quantile(with_it, 0.5)),
        median_without=money(model.quantile(without, 0.5)),
        factor=math.exp(log_factor),
        interval=told(ratio) if ratio else None,
        n=premium.n if premium else None,
        shown=bool(ratio and ratio.shown),
        on_average=told(premium.average) if premium else None,
        told=said(skill, ratio),
    )


def told(ratio: Ratio) -> RatioTold:
    """Return ``ratio`` with the coverage of its interval."""
    return RatioTold(factor=ratio.factor, coverage=COVERAGE, lower=ratio.lower, upper=ratio.upper)


def said(skill: str, ratio: Ratio | None) -> str:
    """Return in a sentence what the data show of ``skill``.

    >>> said("git", Ratio(1.01, 0.97, 1.05))
    'git: no difference in pay is shown by the data'
    """
    if ratio is None:
        return f"{skill}: too few people list it for anything to be measured"
    if not ratio.shown:
        return f"{skill}: no difference in pay is shown by the data"
    change = 100 * abs(ratio.factor - 1)
    direction = "more" if ratio.factor > 1 else "less"
    return f"{skill}: people alike who list it are paid about {change:.0f} % {direction}"
