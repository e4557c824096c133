from pathlib import Path

import numpy as np
import pytest

from serving.model import CompensationModel
from tests.bench.matrix import walked, write_matrix
from tests.bench.people import write_people


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
