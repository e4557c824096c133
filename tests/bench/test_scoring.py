import json
from pathlib import Path

import numpy as np
import pytest

from serving.model import CompensationModel
from tests.bench.cost import Cost
from tests.bench.people import write_people
from tests.bench.scoring import BARE, CSV, Figures, section, sides, walked, write_matrix


@pytest.fixture
def table(tmp_path: Path) -> Path:
    write_people(tmp_path / "people.csv", 50)
    return tmp_path / "people.csv"


def test_the_bare_boosters_walk_all_that_scoring_walks(
    model: CompensationModel, table: Path
) -> None:
    assert walked(table, model) == ["base_share", "equity_share", "location", "scale"]


def test_the_matrix_is_what_the_model_sees_of_each_row(
    model: CompensationModel, table: Path, tmp_path: Path
) -> None:
    write_matrix(tmp_path / "matrix.npy", table, 50, model)
    matrix = np.load(tmp_path / "matrix.npy")
    assert matrix.dtype == np.float32
    assert matrix.shape == (50, len(model.encoder.columns))
    assert not np.isnan(matrix).all(axis=1).any()


def test_the_page_holds_ours_against_the_walk_alone(tmp_path: Path) -> None:
    measured = {}
    for side in sides(tmp_path, tmp_path, ["location"], 690):
        figures = Figures()
        for seconds in (10.0, 12.0):
            said = json.dumps({"seconds": 5.0, "processor_seconds": 5.0})
            figures.add(side, 1000, Cost(seconds, seconds, 200.0, said))
        measured[side.name] = side, figures
    assert measured[CSV][1].rates == [100.0, 1000 / 12]
    assert measured[BARE][1].rates == [200.0, 200.0]
    text = section(measured, {CSV: 190.0, "parquet": 150.0}, 1000, pinned_to=True)
    met = [line.split(" | ")[1:] for line in text.splitlines()[-4:]]
    assert met == [
        ["0.46", "≥ 0.8", "**no** |"],
        ["0.46", "≥ 0.8", "**no** |"],
        ["1.05", "≤ 1.1", "yes |"],
        ["1.33", "≤ 1.1", "**no** |"],
    ]
