from dataclasses import replace
from pathlib import Path

import pytest

from training.benchmark.cache import Cache
from training.benchmark.plan import COMPONENTS, PARTS, PEERS, POOLING, Plan, carry_out, planned
from training.benchmark.sets import Table

METHODS = ["paylens", "ridge"]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_alone_can_be_measured(part: str, told: Table, advertised: Table) -> None:
    plan = planned([told, advertised], [], METHODS, 2, [part])
    assert bool(plan.jobs) == (part == PEERS)
    assert bool(plan.components) == (part == COMPONENTS)
    assert bool(plan.shapes) == (part == POOLING)
    assert len(plan) > 0


def test_components_are_measured_where_pay_is_told_in_parts_once_a_seed(
    told: Table, advertised: Table
) -> None:
    minimal = replace(told, name="minimal", peers=("paylens",))
    plan = planned([told, minimal, advertised], [], METHODS, 2)
    assert [(each.table, each.seed) for each in plan.components] == [("people", 0), ("people", 1)]


def test_a_table_pooled_besides_is_not_compared_on(told: Table, advertised: Table) -> None:
    plan = planned([told], [advertised], METHODS, 1)
    assert {job.table for job in plan.jobs} == {"people"}
    assert {name for pool in plan.pools for name, _ in pool.sources} == {"people", "ads"}


def test_a_model_that_stands_in_two_shapes_is_fitted_once(told: Table, advertised: Table) -> None:
    plan = planned([told, advertised], [], METHODS, 1)
    assert len(plan.pools) == 3
    assert sum(len(pools) for pools in plan.shapes[0].values()) == 5


def test_one_table_alone_is_not_pooled(told: Table) -> None:
    assert planned([told], [], METHODS, 1).shapes == []


def test_pooling_is_carried_out_and_told(
    told: Table, advertised: Table, config: Path, tmp_path: Path
) -> None:
    plan = planned([told, advertised], [], METHODS, 1, [POOLING], config)
    heard: list[object] = []
    results, besides = carry_out(plan, Cache(tmp_path), 1, heard.append)
    assert results == {}
    assert len(heard) == len(plan) == 3
    assert "| people | 0." in besides.pooling
    assert besides.components == ""


def test_nothing_planned_is_nothing_told(tmp_path: Path) -> None:
    results, besides = carry_out(Plan([], [], []), Cache(tmp_path), 1, lambda _: None)
    assert (results, besides.pooling, besides.components) == ({}, "", "")
