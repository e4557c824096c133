import numpy as np
import polars as pl
import pytest
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from training.plots import calibration_plot, factor_plot, group_coverage_plot

GROUPS = pl.DataFrame(
    {
        "by": ["role", "role", "country"],
        "group": ["data_scientist", "data_scientist", "US"],
        "n": [1234, 1234, 100],
        "stated": [0.8, 0.9, 0.8],
        "measured": [0.812, 0.911, 0.75],
        "low": [0.789, 0.9, 0.66],
        "high": [0.833, 0.92, 0.83],
        "mdape": [0.101, 0.101, 0.25],
    }
)


def test_the_calibration_of_even_ranks_is_the_diagonal() -> None:
    (axes,) = calibration_plot(np.linspace(0, 1, 10_001)).axes
    perfect, measured = axes.lines
    np.testing.assert_array_equal(perfect.get_xydata(), [[0, 0], [1, 1]])
    stated, share = np.asarray(measured.get_data(), dtype=float)
    np.testing.assert_allclose(share, stated, atol=2e-4)
    assert measured.get_label() == "measured on 10,001 held-out records"


def test_the_calibration_shows_the_share_of_pays_below_each_percentile() -> None:
    # Of these four pays, one falls below the 25th percentile predicted for it and three below the
    # 75th.
    (axes,) = calibration_plot(np.array([0.1, 0.5, 0.7, 0.9])).axes
    stated, measured = axes.lines[1].get_data()
    shown = dict(zip(np.round(np.asarray(stated, float), 2), np.asarray(measured), strict=True))
    assert (shown[0.25], shown[0.75], shown[0.99]) == (0.25, 0.75, 1.0)


def test_each_group_has_its_measured_coverage_its_interval_and_its_name() -> None:
    (axes,) = group_coverage_plot(GROUPS).axes
    points, stated = axes.lines
    assert list(np.asarray(points.get_xdata())) == [0.75, 0.812]
    assert set(np.asarray(stated.get_xdata())) == {0.8}
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["country: US (100)", "role: data_scientist (1,234)"]
    (bars,) = axes.collections
    assert isinstance(bars, LineCollection)
    ends = [(segment[0][0], segment[1][0]) for segment in bars.get_segments()]
    np.testing.assert_allclose(ends, [(0.66, 0.83), (0.789, 0.833)])
    assert "80%" in axes.get_xlabel()


def test_another_stated_coverage_shows_its_own_measurements() -> None:
    (axes,) = group_coverage_plot(GROUPS, stated=0.9).axes
    assert list(np.asarray(axes.lines[0].get_xdata())) == [0.911]


def test_groups_of_one_kind_stand_together_in_the_order_of_their_coverage() -> None:
    more = pl.concat([GROUPS, GROUPS.with_columns(group=pl.lit("zz"), measured=pl.lit(0.7))])
    (axes,) = group_coverage_plot(more).axes
    names = [label.get_text().split(" (")[0] for label in axes.get_yticklabels()]
    assert names == ["country: zz", "country: US", "role: zz", "role: data_scientist"]


def test_a_plot_of_no_groups_is_empty_and_no_error() -> None:
    (axes,) = group_coverage_plot(GROUPS.clear()).axes
    assert not axes.get_yticklabels()


def test_a_factors_bar_is_its_typical_change_in_percent() -> None:
    effects = pl.DataFrame({"field": ["role", "skills"], "effect": [np.log(1.2), np.log(1.05)]})
    (axes,) = factor_plot(effects).axes
    shown = {
        label.get_text(): bar.get_width()
        for label, bar in zip(axes.get_yticklabels(), axes.patches, strict=True)
        if isinstance(bar, Rectangle)
    }
    assert shown == pytest.approx({"skills": 5.0, "role": 20.0})
