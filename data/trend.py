"""How base pay rose over the years, for AI's managers, its other people, and everybody else.

Some of it was published and some of it is assumed. The synthetic market uses both; a person who
asks for a pay index is told the published part alone, and refused beyond it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Self

from data.errors import UnknownDayError
from data.reference import reference

DAYS_PER_YEAR = 365.25

WHO: Mapping[str, str] = {"individual": "ai_individual", "manager": "ai_manager"}
"""Track -> whose trend was published: that of AI's people."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A time over which base pay rose at one rate.

    Attributes:
        begins: First day.
        ends: The day on which the next segment begins; ``date.max`` for the last.
        yearly: Rise a year, as a share: 0.16 is 16 %.
        lowest: Lowest rise a year that the source gives.
        highest: Highest rise a year that the source gives.
        published: The day on which the source was published; None for an assumption.
        source: Who says so.
    """

    begins: date
    ends: date
    yearly: float
    lowest: float
    highest: float
    published: date | None
    source: str


@dataclass(frozen=True, slots=True)
class PayIndex:
    """Base pay on one day over base pay on an earlier one.

    Attributes:
        index: The ratio at the middle of what the sources give.
        lowest: The ratio at their low end.
        highest: The ratio at their high end.
        who: Whose pay it is.
        segments: The published segments that were used.
    """

    index: float
    lowest: float
    highest: float
    who: str
    segments: tuple[Segment, ...]

    @classmethod
    def published(cls, track: str, since: date, day: date) -> Self:
        """Return how base pay of AI's people of ``track`` rose from ``since`` to ``day``.

        Args:
            track: "individual" or "manager".
            since: The day on which the index is 1.
            day: The day it is asked for, not before ``since``.

        Raises:
            UnknownDayError: A day lies outside what was published, or before ``since``.

        Source: ``reference/trend.toml``, where each segment names its own.

        >>> round(PayIndex.published("manager", date(2022, 4, 1), date(2023, 4, 1)).index, 2)
        1.08
        >>> PayIndex.published("manager", date(2022, 4, 1), date(2025, 1, 1))
        Traceback (most recent call last):
            ...
        data.errors.UnknownDayError: day 2025-01-01: the pay index is known from 2022-04-01 to \
2023-04-01 and nothing was published beyond; ask for days within
        """
        begins, ends = known(track)
        for field, asked in (("since", since), ("day", day)):
            if not begins <= asked <= ends:
                raise UnknownDayError(
                    field,
                    f"{field} {asked}: the pay index is known from {begins} to {ends} and nothing "
                    "was published beyond; ask for days within",
                )
        if day < since:
            raise UnknownDayError(
                "day", f"day {day} comes before since {since}; ask for a later day"
            )
        own = WHO[track]
        used = tuple(s for s in _published(own) if s.begins <= day and s.ends >= since)
        return cls(
            index=_rise(used, since, day, "yearly"),
            lowest=_rise(used, since, day, "lowest"),
            highest=_rise(used, since, day, "highest"),
            who=reference("trend")[own]["who"],
            segments=used,
        )


def known(track: str) -> tuple[date, date]:
    """Return the first and the last day for which the trend of ``track`` was published."""
    of = _published(WHO[track])
    return of[0].begins, of[-1].ends


def pay_index(who: str, day: date, since: date) -> float:
    """Return base pay on ``day`` over base pay on ``since``, assumptions included.

    Meant for the synthetic market; whoever asks for facts wants ``PayIndex.published``.

    Args:
        who: "ai_individual", "ai_manager" or "other".
        day: Not before the trend begins; before it nothing is known and pay stands still.
        since: The day on which the index is 1.

    >>> round(pay_index("ai_individual", date(2023, 4, 1), date(2022, 4, 1)), 2)
    1.16
    """
    return _rise(segments(who), since, day, "yearly")


@cache
def segments(who: str) -> tuple[Segment, ...]:
    """Return the segments of ``who``, one after the other without a gap."""
    given = reference("trend")[who]["segments"]
    ends = [each["from"] for each in given[1:]] + [date.max]
    return tuple(_segment(each, end) for each, end in zip(given, ends, strict=True))


def _segment(given: Mapping[str, Any], end: date) -> Segment:
    yearly = given["yearly"]
    return Segment(
        begins=given["from"],
        ends=given.get("until", end),
        yearly=yearly,
        lowest=given.get("lowest", yearly),
        highest=given.get("highest", yearly),
        published=given.get("published"),
        source=given["source"],
    )


def _published(who: str) -> tuple[Segment, ...]:
    return tuple(each for each in segments(who) if each.published is not None)


def _rise(over: tuple[Segment, ...], since: date, day: date, rate: str) -> float:
    return math.exp(_log_index(over, day, rate) - _log_index(over, since, rate))


def _log_index(over: tuple[Segment, ...], day: date, rate: str) -> float:
    log_index = 0.0
    for segment in over:
        days = max((min(day, segment.ends) - segment.begins).days, 0)
        log_index += math.log1p(getattr(segment, rate)) * days / DAYS_PER_YEAR
    return log_index
