"""Explanations: a prediction as a baseline and what each known field adds to it."""

from itertools import combinations
from math import comb

import lightgbm as lgb
import numpy as np
import pytest

from features.column import Column
from serving.booster import Booster
from serving.explanation import ORDERS, Explainer, orders_of

NAN = float("nan")
COLUMNS = (
    Column("role:code", "role", categorical=True),
    Column("role:mean", "role"),
    Column("years_experience", "years_experience", rising=True),
    Column("metro:mean", "metro"),
    Column("skills:count", "skills"),
    Column("pay_basis:code", "pay_basis"),
)
NOTHING = np.array([NAN, NAN, NAN, NAN, NAN, NAN], dtype=np.float32)
PLACES = {"role": [0, 1], "years_experience": [2], "metro": [3], "skills": [4]}


@pytest.fixture(scope="module")
def booster() -> Booster:
    """Trees in which role, years and metro matter together, and skills never."""
    rng = np.random.default_rng(0)
    rows = people(3000)
    rows[:, 4] = 0
    known = np.nan_to_num(rows)
    target = known[:, 1] + 0.1 * known[:, 2] * (1 + known[:, 3]) + 0.5 * known[:, 5]
    target += rng.normal(0, 0.05, len(rows))
    parameters = {"objective": "regression", "verbosity": -1, "num_threads": 1, "seed": 0}
    return Booster(lgb.train(parameters, lgb.Dataset(rows, target), 60).model_to_string())


def people(count: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(count, 6))
    rows[:, 0] = rng.integers(0, 5, count)
    rows[:, 2] = rng.uniform(0, 20, count)
    rows[:, 5] = rng.integers(0, 2, count)
    unknown = rng.random((count, 4)) < 0.3
    for number, places in enumerate(PLACES.values()):
        rows[np.ix_(np.flatnonzero(unknown[:, number]), np.array(places))] = NAN
    return rows.astype(np.float32)


def exact(booster: Booster, row: np.ndarray) -> dict[str, float]:
    """Return the Shapley values of the fields by asking of every set of them."""
    start = NOTHING.copy()
    start[5] = row[5]

    def worth(fields: tuple[str, ...]) -> float:
        some = start.copy()
        for field in fields:
            some[PLACES[field]] = row[PLACES[field]]
        return booster.predict_one(some)

    answer = {}
    for field in PLACES:
        others = [each for each in PLACES if each != field]
        answer[field] = sum(
            (worth((*some, field)) - worth(some)) / (len(PLACES) * comb(len(others), size))
            for size in range(len(others) + 1)
            for some in combinations(others, size)
        )
    return answer


def test_baseline_and_what_is_added_sum_to_the_prediction(booster: Booster) -> None:
    explainer = Explainer(NOTHING, COLUMNS)
    for row in people(50):
        told = explainer.explain(booster, row)
        total = told.baseline + sum(told.added.values())
        assert total == pytest.approx(booster.predict_one(row), abs=1e-12)


def test_they_come_near_the_shapley_values_of_every_order(booster: Booster) -> None:
    explainer = Explainer(NOTHING, COLUMNS)
    wrong, right = [], []
    for row in people(50):
        told, truth = explainer.explain(booster, row).added, exact(booster, row)
        wrong += [told.get(field, 0.0) - value for field, value in truth.items()]
        right += list(truth.values())
    assert np.abs(wrong).mean() < 0.05 * np.abs(right).mean()


def test_only_what_is_known_is_told_and_the_strongest_first(booster: Booster) -> None:
    row = np.array([2, 1.5, NAN, -1, NAN, 1], dtype=np.float32)
    told = Explainer(NOTHING, COLUMNS).explain(booster, row)
    assert set(told.added) == {"role", "metro"}
    strengths = [abs(value) for value in told.added.values()]
    assert strengths == sorted(strengths, reverse=True)


def test_what_no_tree_asks_for_adds_nothing(booster: Booster) -> None:
    row = np.array([2, 1.5, 4, -1, 3, 1], dtype=np.float32)
    assert Explainer(NOTHING, COLUMNS).explain(booster, row).added["skills"] == 0


def test_the_pay_basis_belongs_to_the_baseline(booster: Booster) -> None:
    explainer = Explainer(NOTHING, COLUMNS)
    row = NOTHING.copy()
    for basis in (0, 1):
        row[5] = basis
        told = explainer.explain(booster, row)
        assert not told.added
        assert told.baseline == booster.predict_one(row)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 20])
def test_each_order_has_every_field_and_its_reverse_is_there(count: int) -> None:
    orders = orders_of(count)
    assert orders.shape == (ORDERS, count)
    assert all(sorted(order) == list(range(count)) for order in orders)
    there = {tuple(order) for order in orders}
    assert {order[::-1] for order in there} == there
