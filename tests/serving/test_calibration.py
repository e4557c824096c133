import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.calibration import LEVELS, POOLED, Calibration, between, pattern, weighted_quantiles


def measured(n: int = 4000, seed: int = 0) -> Calibration:
    residuals = np.random.default_rng(seed).standard_t(5, n)
    names = ["total: a"] * (n // 2) + ["posted_base: b"] * (n - n // 2)
    residuals[n // 2 :] *= 2
    return Calibration.measure(residuals, np.ones(n), np.ones(n), names)


def test_the_tables_cover_the_residuals_they_were_measured_on() -> None:
    residuals = np.random.default_rng(1).normal(size=5000)
    calibration = Calibration.measure(residuals, np.ones(5000), np.ones(5000), ["one"] * 5000)
    lower, upper = (calibration.quantile("one", level) for level in (0.1, 0.9))
    left = residuals - calibration.offset("one")
    share = np.mean((left >= lower) & (left <= upper))
    # The same rows measured and covered: only interpolation stands between, under 1 in 1,000.
    assert share == pytest.approx(0.8, abs=1e-3)


def test_a_group_with_wider_residuals_gets_a_wider_table() -> None:
    calibration = measured()
    assert calibration.quantile("posted_base: b", 0.9) > 1.5 * calibration.quantile("total: a", 0.9)


def test_a_small_group_stays_near_the_pooled_table() -> None:
    rng = np.random.default_rng(0)
    residuals = np.concatenate([rng.normal(size=5000), 10 * rng.normal(size=10)])
    names = ["large"] * 5000 + ["small"] * 10
    calibration = Calibration.measure(residuals, np.ones(5010), np.ones(5010), names)
    assert calibration.quantile("small", 0.9) < 1.2 * calibration.quantile(POOLED, 0.9)


def test_a_group_never_measured_gets_the_pooled_table() -> None:
    calibration = measured()
    assert calibration.table("never seen") == calibration.table(POOLED)


@given(st.integers(0, 1000), st.lists(st.floats(0.001, 0.999), min_size=2, max_size=9))
@settings(max_examples=40, deadline=None)
def test_percentiles_never_cross(seed: int, levels: list[float]) -> None:
    calibration = measured(200, seed)
    asked = sorted(levels)
    quantiles = [calibration.quantile("total: a", level) for level in asked]
    assert quantiles == sorted(quantiles)


def test_ranks_undo_quantiles() -> None:
    calibration = measured()
    levels = np.array([0.01, 0.1, 0.5, 0.77, 0.99])
    quantiles = calibration.quantiles(["total: a"], levels)[0]
    np.testing.assert_allclose(calibration.ranks(quantiles, ["total: a"] * 5), levels, atol=1e-9)


def test_a_residual_beyond_the_table_has_the_level_zero_or_one() -> None:
    ranks = measured().ranks(np.array([-1e9, 1e9]), ["total: a"] * 2)
    assert ranks.tolist() == [0.0, 1.0]


def test_the_offset_is_the_median_so_half_the_pays_lie_above_the_location() -> None:
    residuals = np.random.default_rng(2).exponential(size=5000)
    calibration = Calibration.measure(residuals, np.ones(5000), np.ones(5000), ["one"] * 5000)
    assert calibration.offset("one") == pytest.approx(np.median(residuals), abs=1e-3)
    assert calibration.quantile("one", 0.5) == pytest.approx(0, abs=1e-12)
    assert calibration.offset("never seen") == calibration.offset(POOLED)


def test_weights_count_as_repeats() -> None:
    values, weights = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 1.0])
    repeated = np.array([1.0, 2.0, 2.0, 3.0])
    levels = [0.125, 0.5, 0.875]
    np.testing.assert_allclose(
        weighted_quantiles(values, weights, levels),
        weighted_quantiles(repeated, np.ones(4), levels),
    )


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, "employer unknown, person unknown"),
        ({"company": "Acme"}, "employer known, person unknown"),
        (
            {"company": "Acme", "company_level": "L5", "seniority": "mid"},
            "level known, person known",
        ),
        ({"company_level": "L5", "years_experience": 0.0}, "employer unknown, person known"),
    ],
)
def test_the_pattern_says_what_is_known(known: dict[str, object], expected: str) -> None:
    assert pattern(known) == expected


def test_levels_reach_from_one_to_ninety_nine_percent() -> None:
    assert LEVELS[0] <= 0.01
    assert LEVELS[-1] >= 0.99


@given(st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_one_level_is_what_numpy_makes_of_many(level: float, seed: int) -> None:
    table = np.sort(np.random.default_rng(seed).normal(size=len(LEVELS))).tolist()
    assert between(table, level) == np.interp([level], LEVELS, table)[0]
