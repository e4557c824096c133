from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import lightgbm as lgb
import numpy as np
import pytest

from data.errors import ArtifactError
from serving.booster import Booster


def rows(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(n, 6)).astype(np.float32)
    matrix[rng.random((n, 6)) < 0.1] = np.nan
    matrix[:, 2] = rng.integers(0, 40, n)
    return matrix


@pytest.fixture(scope="module")
def trained() -> lgb.Booster:
    matrix = rows(2000, 0)
    target = np.nan_to_num(matrix[:, 0]) + np.sin(matrix[:, 2])
    data = lgb.Dataset(matrix, target, categorical_feature=[2], params={"verbosity": -1})
    return lgb.train({"verbosity": -1, "num_threads": 1}, data, 50)


@pytest.fixture(scope="module")
def booster(trained: lgb.Booster) -> Booster:
    return Booster(trained.model_to_string())


def odd_rows() -> np.ndarray:
    matrix = rows(300, 1)
    matrix[0] = np.nan
    matrix[1] = np.inf
    matrix[2] = -np.inf
    matrix[3, 2] = 10_000  # a category never seen
    matrix[4, 2] = -1
    matrix[5, 2] = np.nan
    return matrix


def test_many_rows_get_exactly_lightgbms_own_predictions(
    booster: Booster, trained: lgb.Booster
) -> None:
    matrix = odd_rows()
    np.testing.assert_array_equal(booster.predict(matrix), trained.predict(matrix, num_threads=1))


def test_one_row_gets_what_it_gets_among_many(booster: Booster) -> None:
    matrix = odd_rows()
    many = booster.predict(matrix)
    assert [booster.predict_one(row) for row in matrix] == many.tolist()


def test_threads_that_ask_at_once_get_their_own_answers(booster: Booster) -> None:
    matrix = odd_rows()
    many = booster.predict(matrix).tolist()
    together = Barrier(4)

    def ask(_: int) -> list[float]:
        together.wait()
        return [booster.predict_one(row) for _ in range(40) for row in matrix]

    with ThreadPoolExecutor(4) as threads:
        assert all(answers == many * 40 for answers in threads.map(ask, range(4)))


def test_no_rows_give_no_predictions(booster: Booster) -> None:
    assert booster.predict(np.empty((0, 6), dtype=np.float32)).shape == (0,)


def test_text_that_is_no_model_is_refused() -> None:
    with pytest.raises(ArtifactError, match="LightGBM"):
        Booster("not a model")


def test_joined_boosters_answer_their_sum(booster: Booster) -> None:
    matrix = odd_rows()
    joined = booster.joined([booster, booster])
    assert joined.trees == 3 * booster.trees
    np.testing.assert_allclose(joined.predict(matrix), 3 * booster.predict(matrix), rtol=1e-12)
    np.testing.assert_array_equal(Booster(joined.text).predict(matrix), joined.predict(matrix))


def test_a_booster_joined_with_none_is_itself(booster: Booster) -> None:
    matrix = odd_rows()
    np.testing.assert_array_equal(booster.joined([]).predict(matrix), booster.predict(matrix))
