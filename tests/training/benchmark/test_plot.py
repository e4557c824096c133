from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.training.benchmark.made import job, measured
from training.benchmark.plot import picture, save
from training.benchmark.run import Results
from training.benchmark.summary import sections

LOSSES = {"paylens": 0.05, "xgboost": 0.06, "xgboost-ours": 0.055, "ridge": 0.07, "look-up": 0.1}
RESULTS: Results = {
    job(name): measured(loss, calibrated=name == "paylens") for name, loss in LOSSES.items()
}


def shown(results: Results) -> Figure:
    return picture(sections(results))


def test_the_picture_shows_each_method_as_a_share_of_the_look_up() -> None:
    (axes,) = shown(RESULTS).axes
    points = {line.get_label(): np.sort(line.get_xdata()).tolist() for line in axes.lines[:3]}
    assert points == {
        "peers, our matrix": [pytest.approx(0.55)],
        "peers, raw inputs": [pytest.approx(0.6), pytest.approx(0.7)],
        "paylens": [pytest.approx(0.5)],
    }


def test_a_table_and_split_without_a_look_up_has_no_row() -> None:
    more = {job("paylens", table="aijobs"): measured(0.1, calibrated=True)}
    (axes,) = shown({**RESULTS, **more}).axes
    assert [of.get_text() for of in axes.get_yticklabels()] == ["levels_fyi, random, by group"]


def test_nothing_to_show_is_an_empty_picture() -> None:
    assert shown({}).axes[0].get_legend() is None


def test_the_same_figures_are_written_in_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        save(shown(RESULTS), tmp_path / f"{name}.svg")
    text = (tmp_path / "one.svg").read_text()
    assert text == (tmp_path / "other.svg").read_text()
    assert "levels_fyi, random, by group" in text, "words are text, to be found and read aloud"
