import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import lightgbm as lgb
import numpy as np
import pytest

from data.errors import ArtifactError
from serving.booster import Booster, Trees
from serving.trees.lightgbm import LightGbmTrees, merged
from serving.trees.lignum import LignumTrees

WAYS = (LignumTrees, LightGbmTrees)


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


@pytest.fixture(scope="module", params=WAYS)
def trees(trained: lgb.Booster, request: pytest.FixtureRequest) -> Trees:
    answer: Trees = request.param(trained.model_to_string())
    return answer


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
    trees: Trees, trained: lgb.Booster
) -> None:
    matrix = odd_rows()
    np.testing.assert_array_equal(trees.predict(matrix), trained.predict(matrix, num_threads=1))


def test_one_row_gets_what_it_gets_among_many(trees: Trees) -> None:
    matrix = odd_rows()
    many = trees.predict(matrix)
    assert [trees.predict_one(row) for row in matrix] == many.tolist()


def test_threads_that_ask_at_once_get_their_own_answers(trees: Trees) -> None:
    matrix = odd_rows()
    many = trees.predict(matrix).tolist()
    together = Barrier(4)

    def ask(_: int) -> list[float]:
        together.wait()
        return [trees.predict_one(row) for _ in range(40) for row in matrix]

    with ThreadPoolExecutor(4) as threads:
        assert all(answers == many * 40 for answers in threads.map(ask, range(4)))


def test_no_rows_give_no_predictions(trees: Trees) -> None:
    assert trees.predict(np.empty((0, 6), dtype=np.float32)).shape == (0,)


@pytest.mark.parametrize("way", WAYS)
def test_text_that_is_no_model_is_refused(way: type[Trees]) -> None:
    with pytest.raises(ArtifactError, match="LightGBM"):
        way("not a model")  # type: ignore[call-arg]


def test_a_tree_that_asks_for_a_column_beyond_all_is_refused(trained: lgb.Booster) -> None:
    text = re.sub(r"split_feature=\d+", "split_feature=99999", trained.model_to_string(), count=1)
    with pytest.raises(ArtifactError, match="LightGBM"):
        LignumTrees(text)


def test_a_booster_counts_its_trees(trained: lgb.Booster) -> None:
    assert Booster(trained.model_to_string()).trees == 50


def test_merged_models_answer_their_sum(trained: lgb.Booster) -> None:
    matrix, text = odd_rows(), trained.model_to_string()
    one, three = Booster(text), Booster(merged([text, text, text]))
    assert three.trees == 3 * one.trees
    np.testing.assert_allclose(three.predict(matrix), 3 * one.predict(matrix), rtol=1e-12)
    np.testing.assert_array_equal(Booster(three.text).predict(matrix), three.predict(matrix))


def test_a_model_merged_with_none_is_itself(trained: lgb.Booster) -> None:
    matrix, text = odd_rows(), trained.model_to_string()
    again = Booster(merged([text]))
    np.testing.assert_array_equal(again.predict(matrix), Booster(text).predict(matrix))


@pytest.mark.parametrize("objective", ["huber", "gamma", "regression"])
def test_both_ways_agree_to_the_last_bit_on_rows_of_every_kind(objective: str) -> None:
    matrix = rows(3000, 3)
    parameters = {"objective": objective, "verbosity": -1, "num_threads": 1, "num_leaves": 63}
    target = np.exp(np.nan_to_num(matrix[:, 0]) * 0.1 + np.sin(matrix[:, 2]))
    data = lgb.Dataset(matrix, target, categorical_feature=[2], params={"verbosity": -1})
    text = lgb.train(parameters, data, 80).model_to_string()
    asked = rows(2000, 4)
    for kind in (np.nan, np.inf, -np.inf, 0.0, -0.0, 3e38, 1e-40, -5.0, 10_000.0):
        rng = np.random.default_rng(5)
        odd = np.where(rng.random(asked.shape) < 0.2, np.float32(kind), asked)
        np.testing.assert_array_equal(
            LignumTrees(text).predict(odd), LightGbmTrees(text).predict(odd)
        )
