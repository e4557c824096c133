import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.web.chart import Standing, draw, stand

LEVELS = tuple(range(5, 100, 5))
PAY = {f"p{level}": 100_000 + 1_000 * level for level in LEVELS}
pays = st.lists(st.integers(0, 10**9), min_size=19, max_size=19).map(
    lambda amounts: dict(zip((f"p{n}" for n in LEVELS), sorted(amounts), strict=True))
)


def test_ones_own_pay_falls_on_the_line_between_two_percentiles() -> None:
    assert stand(PAY, 162_400) == Standing("at", 62)
    assert stand(PAY, 150_000) == Standing("at", 50)


@pytest.mark.parametrize(
    ("own", "standing"),
    [
        (104_999, Standing("below", 5)),
        (105_000, Standing("at", 5)),
        (195_000, Standing("at", 95)),
        (195_001, Standing("above", 95)),
    ],
)
def test_beyond_the_ends_nothing_more_is_claimed(own: float, standing: Standing) -> None:
    assert stand(PAY, own) == standing


def test_percentiles_may_come_in_any_order() -> None:
    # "p5" comes after "p10" in the order of text.
    assert stand(dict(sorted(PAY.items())), 162_400) == Standing("at", 62)


def test_equal_percentiles_make_equal_blocks_that_fill_the_drawing() -> None:
    chart = draw(PAY, 150_000, 110_000, 190_000, None)
    assert len(chart.blocks) == 18
    assert {block.height for block in chart.blocks} == {100.0}
    assert chart.median == 50.0
    assert chart.own is None


def test_twice_as_wide_is_half_as_high() -> None:
    chart = draw({"p5": 100, "p10": 110, "p15": 130}, 110, 100, 130, None)
    narrow, wide = chart.blocks
    assert wide.width == pytest.approx(2 * narrow.width, abs=0.02)
    assert (narrow.height, wide.height) == (100.0, 50.0)


def test_the_blocks_of_the_range_stand_out() -> None:
    chart = draw(PAY, 150_000, PAY["p10"], PAY["p90"], None)
    assert [block.inside for block in chart.blocks] == [False, *[True] * 16, False]


def test_the_axis_has_round_amounts() -> None:
    chart = draw(PAY, 150_000, 110_000, 190_000, None)
    assert [tick.amount for tick in chart.ticks] == [
        100_000,
        120_000,
        140_000,
        160_000,
        180_000,
        200_000,
    ]


def test_ones_own_pay_is_pinned_to_the_edge_when_it_lies_beyond() -> None:
    assert draw(PAY, 150_000, 110_000, 190_000, 1e9).own == 100.0
    assert draw(PAY, 150_000, 110_000, 190_000, 0).own == 0.0


def test_pay_that_is_all_the_same_can_be_drawn() -> None:
    chart = draw({"p5": 100, "p50": 100, "p95": 100}, 100, 100, 100, 100)
    assert chart.blocks == ()
    assert chart.median == 50.0


@given(pays, st.floats(0, 1e12))
def test_everything_lies_within_the_drawing(percentiles: dict[str, int], own: float) -> None:
    chart = draw(percentiles, percentiles["p50"], percentiles["p10"], percentiles["p90"], own)
    assert chart.own is not None
    assert 0 <= chart.lower <= chart.median <= chart.upper <= 100
    assert 0 <= chart.own <= 100
    assert all(b.x >= 0 and b.x + b.width <= 100.01 for b in chart.blocks)
    assert max((b.height for b in chart.blocks), default=100.0) == 100.0
    assert 1 <= len(chart.ticks) <= 8
    assert all(0 <= tick.x <= 100 for tick in chart.ticks)


@given(pays, st.floats(0, 1e12), st.floats(0, 1e12))
def test_more_pay_never_stands_lower(percentiles: dict[str, int], a: float, b: float) -> None:
    def rank(own: float) -> int:
        standing = stand(percentiles, own)
        return standing.percentile + {"below": -1, "at": 0, "above": 1}[standing.where]

    assert rank(min(a, b)) <= rank(max(a, b))
