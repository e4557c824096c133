"""How base pay rose over the years, for AI's managers, its other people, and everybody else."""

import math
from datetime import date

from data.reference import reference

DAYS_PER_YEAR = 365.25


def pay_index(who: str, day: date, since: date) -> float:
    """Return base pay on ``day`` over base pay on ``since``, of the people ``who``.

    Args:
        who: "ai_individual", "ai_manager" or "other".
        day: Not before the trend begins; before it nothing is known and pay stands still.
        since: The day on which the index is 1.

    Source: ``[trend]`` of ``reference/market.toml``, which names the source of each rate.

    >>> round(pay_index("ai_individual", date(2023, 4, 1), date(2022, 4, 1)), 2)
    1.16
    """
    return math.exp(_log_index(who, day) - _log_index(who, since))


def _log_index(who: str, day: date) -> float:
    segments = reference("market")["trend"][who]
    ends = [segment["from"] for segment in segments[1:]] + [date.max]
    log_index = 0.0
    for segment, end in zip(segments, ends, strict=True):
        days = max((min(day, end) - segment["from"]).days, 0)
        log_index += math.log1p(segment["yearly"]) * days / DAYS_PER_YEAR
    return log_index
