"""The pay trend: an index that only goes on, and says who says so."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import UnknownDayError
from data.reference import reference
from data.trend import WHO as TRACKS
from data.trend import PayIndex, known, pay_index, segments

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
WHO = st.sampled_from(["ai_individual", "ai_manager", "other"])


@given(WHO, DAYS, DAYS)
def test_pay_never_falls_as_time_goes_on(who: str, first: date, second: date) -> None:
    earlier, later = min(first, second), max(first, second)
    assert pay_index(who, later, earlier) >= 1


@given(WHO, DAYS, DAYS, DAYS)
def test_two_spans_multiply(who: str, first: date, second: date, third: date) -> None:
    whole = pay_index(who, third, first)
    parts = pay_index(who, third, second) * pay_index(who, second, first)
    assert abs(whole / parts - 1) < 1e-12


def test_before_the_trend_begins_pay_stands_still() -> None:
    assert pay_index("other", date(2022, 4, 1), date(2019, 1, 1)) == 1


@pytest.mark.parametrize(
    ("track", "lowest", "highest"), [("manager", 1.05, 1.11), ("individual", 1.13, 1.19)]
)
def test_the_published_raises_from_2022_to_2023_hold(
    track: str, lowest: float, highest: float
) -> None:
    told = PayIndex.published(track, date(2022, 4, 1), date(2023, 4, 1))
    assert lowest <= told.index <= highest
    # The year has 365 days and the mean year 365.25, so a rate is met within a tenth of a percent.
    assert told.lowest == pytest.approx(lowest, abs=1e-3)
    assert told.highest == pytest.approx(highest, abs=1e-3)
    (segment,) = told.segments
    assert "WTW" in segment.source
    assert segment.published == date(2024, 3, 31)


@given(st.sampled_from(sorted(TRACKS)), st.data())
def test_what_is_told_is_what_the_market_uses_where_it_was_published(
    track: str, data: st.DataObject
) -> None:
    first, last = known(track)
    since = data.draw(st.dates(first, last))
    day = data.draw(st.dates(since, last))
    told = PayIndex.published(track, since, day)
    assert told.index == pytest.approx(pay_index(TRACKS[track], day, since))
    assert 1 <= told.lowest <= told.index <= told.highest


@pytest.mark.parametrize("field", ["since", "day"])
@pytest.mark.parametrize("beyond", [-1, 1])
def test_a_day_of_which_nothing_was_published_is_refused_by_name(field: str, beyond: int) -> None:
    first, last = known("manager")
    day = (first if beyond < 0 else last) + timedelta(days=beyond)
    asked = {"since": first, "day": last} | {field: day}
    with pytest.raises(UnknownDayError, match=f"{field} {day}: .* {first} to {last}") as told:
        PayIndex.published("manager", **asked)
    assert told.value.field == field


def test_a_day_before_the_first_is_refused() -> None:
    with pytest.raises(UnknownDayError, match="day 2022-05-01 comes before since 2022-06-01"):
        PayIndex.published("manager", date(2022, 6, 1), date(2022, 5, 1))


@pytest.mark.parametrize("who", sorted(reference("trend")))
def test_every_segment_names_its_source_and_a_published_one_its_day_and_range(who: str) -> None:
    for given_, segment in zip(reference("trend")[who]["segments"], segments(who), strict=True):
        assert segment.source
        assert given_["basis"] in {"published", "assumption"}
        assert (segment.published is not None) == (given_["basis"] == "published")
        assert segment.lowest <= segment.yearly <= segment.highest
        if segment.published is not None:
            assert segment.published > segment.ends


@pytest.mark.parametrize("who", sorted(reference("trend")))
def test_segments_follow_each_other_without_a_gap(who: str) -> None:
    of = segments(who)
    assert [each.ends for each in of[:-1]] == [each.begins for each in of[1:]]
    assert of[-1].ends == date.max
