from dataclasses import replace

import numpy as np
import pytest

from features.column import Column
from training.trees import Rows, grow, grow_members, grow_until_flat, side_by_side

PARAMETERS = {"objective": "regression", "num_leaves": 15, "min_data_in_leaf": 5}
IN_BINS = {**PARAMETERS, "min_data_in_leaf": 20}
COLUMNS = (
    Column("years_experience", "years_experience", rising=True),
    Column("role", "role", categorical=True),
)


def rows(n: int = 1500, seed: int = 0, slope: float = 0.1, noise: float = 0.5) -> Rows:
    rng = np.random.default_rng(seed)
    matrix = np.column_stack([rng.uniform(0, 10, n), rng.integers(0, 5, n)]).astype(np.float32)
    target = slope * matrix[:, 0] + (matrix[:, 1] == 3) + noise * rng.normal(size=n)
    return Rows(matrix, target, np.ones(n), COLUMNS)


@pytest.mark.parametrize("binned", [False, True])
@pytest.mark.parametrize("slope", [0.1, -0.1])
def test_a_rising_column_never_lowers_the_prediction_whatever_the_data_say(
    slope: float, *, binned: bool
) -> None:
    learned = rows(slope=slope)
    booster = grow(learned.binned() if binned else learned, IN_BINS, 50, seed=0, rising=True)
    years = np.linspace(0, 10, 200)
    for role in range(5):
        line = np.column_stack([years, np.full(200, role)]).astype(np.float32)
        assert (np.diff(booster.predict(line)) >= 0).all()


def test_without_the_promise_a_prediction_may_fall() -> None:
    booster = grow(rows(slope=-0.1), PARAMETERS, 50, seed=0)
    line = np.column_stack([np.linspace(0, 10, 200), np.zeros(200)]).astype(np.float32)
    assert (np.diff(booster.predict(line)) < 0).any()


def test_categories_are_told_apart_not_ranked() -> None:
    # Only category 3 pays more: a single split of a numeric column could not part it off.
    parameters = {**PARAMETERS, "num_leaves": 2, "learning_rate": 1.0, "min_data_per_group": 1}
    booster = grow(rows(slope=0.0, noise=0.01), parameters, 1, seed=0)
    answers = booster.predict(np.array([[5, role] for role in range(5)], dtype=np.float32))
    assert answers.argmax() == 3
    assert np.ptp(answers[[0, 1, 2, 4]]) < 0.05


def test_rows_of_more_weight_count_more() -> None:
    same = np.zeros((100, 2), dtype=np.float32)
    target = np.repeat([0.0, 1.0], 50)
    weight = np.repeat([1.0, 3.0], 50)
    booster = grow(Rows(same, target, weight, COLUMNS), PARAMETERS, 1, seed=0)
    assert booster.predict(same[:1]).item() == pytest.approx(0.75)


def test_growing_stops_when_the_watched_rows_no_longer_gain() -> None:
    booster = grow_until_flat(rows(noise=1.0), rows(seed=1, noise=1.0), PARAMETERS, 500, 10, 0)
    assert 1 <= booster.trees < 200


def test_no_more_trees_are_grown_than_asked_for() -> None:
    assert grow(rows(), PARAMETERS, 7, seed=0).trees == 7
    assert grow_until_flat(rows(), rows(seed=1), PARAMETERS, 5, 10, 0).trees <= 5


def test_the_same_seed_grows_the_same_trees() -> None:
    parameters = {**PARAMETERS, "feature_fraction": 0.5}
    first, again, other = (grow(rows(), parameters, 20, seed).text for seed in (0, 0, 1))
    assert first == again != other


def test_jobs_side_by_side_answer_in_order_and_their_errors_come_out() -> None:
    assert side_by_side(lambda n: n * n, range(20)) == [n * n for n in range(20)]
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda n: 1 / n, [1, 0])


def test_members_answer_the_mean_of_boosters_of_several_seeds() -> None:
    parameters = {**PARAMETERS, "feature_fraction": 0.5, "objective": "huber", "alpha": 0.2}
    told = rows(noise=1.0)
    alone = [grow(told, parameters, 20, seed, rising=True) for seed in (4, 5)]
    both = grow_members(told, parameters, 20, 4, 2)
    mean = np.mean([booster.predict(told.matrix) for booster in alone], axis=0)
    assert both.trees == 40
    np.testing.assert_allclose(both.predict(told.matrix), mean, atol=1e-6)


@pytest.mark.parametrize(
    "asked",
    [{}, {"max_bin": 15}, {"max_bins": 15}, {"min_data_in_leaf": 2}, {"use_missing": False}],
)
def test_rows_sorted_into_bins_once_grow_the_very_same_trees(asked: dict[str, int]) -> None:
    parameters = {**IN_BINS, **asked}
    plain = grow(rows(), parameters, 5, seed=0)
    assert grow(rows().binned(), parameters, 5, seed=0).text == plain.text


def test_boosters_learn_different_things_of_some_rows_in_the_same_bins() -> None:
    whole = rows().binned()
    wanted = whole.matrix[:, 1] != 3
    some = whole.filter(wanted)
    assert some.bins is not None
    assert whole.bins is not None
    assert some.bins.whole is whole.bins.whole
    years = replace(some, target=some.matrix[:, 0].astype(float))
    for learned, least in ((some, 0.1), (years, 0.99)):
        alone = replace(learned, bins=None)
        together = grow(learned, IN_BINS, 50, seed=0).predict(alone.matrix)
        apart = grow(alone, IN_BINS, 50, seed=0).predict(alone.matrix)
        assert np.corrcoef(together, apart)[0, 1] > 0.98
        assert np.corrcoef(together, alone.target)[0, 1] ** 2 > least


def test_weights_of_one_count_in_shared_bins_too() -> None:
    heavy = replace(rows(), weight=np.linspace(1, 9, 1500)).binned()
    even = replace(heavy, weight=np.ones(1500))
    alone = grow(replace(even, bins=None), IN_BINS, 5, seed=0)
    assert grow(even, IN_BINS, 5, seed=0).text == alone.text
