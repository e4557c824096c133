import os
from pathlib import Path

import pytest

from data.errors import TrainingError
from tests.training.benchmark.made import Errand, doubled, fatal, job, measured
from training.benchmark.cache import Cache, Measured
from training.benchmark.run import ONE_THREAD, jobs, one_thread, run, with_copies
from training.benchmark.sets import Table
from training.benchmark.splits import SPLITS

ERRANDS = [Errand(f"errand {size}", size=size) for size in range(4)]


def nothing(_: object) -> None: ...


@pytest.mark.parametrize("workers", [1, 2])
def test_every_measurement_is_made_kept_and_told_of(workers: int, tmp_path: Path) -> None:
    told: list[Errand] = []
    found = run(ERRANDS, Cache(tmp_path), workers, told.append, doubled)
    assert found == {errand: {"twice": 2 * errand.size} for errand in ERRANDS}
    assert list(found) == ERRANDS
    assert set(told) == set(ERRANDS)
    assert all(Cache(tmp_path).read(errand) == found[errand] for errand in ERRANDS)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    begun: list[Errand] = []

    def stopped(errand: Errand) -> Measured:
        begun.append(errand)
        if len(begun) == 3:
            raise KeyboardInterrupt
        return doubled(errand)

    with pytest.raises(KeyboardInterrupt):
        run(ERRANDS, Cache(tmp_path), 1, nothing, stopped)
    done, begun[:] = begun[:2], []

    def counted(errand: Errand) -> Measured:
        begun.append(errand)
        return doubled(errand)

    found = run(ERRANDS, Cache(tmp_path), 1, nothing, counted)
    assert found == {errand: doubled(errand) for errand in ERRANDS}
    assert {*begun} == {*ERRANDS} - {*done}


def test_a_process_that_is_ended_from_outside_is_told_of_and_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="want of memory"):
        run(ERRANDS, Cache(tmp_path), 2, nothing, fatal)


def test_nothing_is_measured_twice(tmp_path: Path) -> None:
    run(ERRANDS, Cache(tmp_path), 1, nothing, doubled)

    def refused(errand: Errand) -> Measured:
        pytest.fail(f"{errand.name} was measured already")

    assert len(run(ERRANDS, Cache(tmp_path), 1, nothing, refused)) == len(ERRANDS)


def table(name: str = "levels_fyi", peers: tuple[str, ...] = ()) -> Table:
    return Table(name, Path(f"{name}.parquet"), 1000, SPLITS, peers)


def test_each_method_is_measured_on_each_table_split_and_seed() -> None:
    found = jobs([table(), table("aijobs")], ["paylens", "ridge"], 3)
    assert len(found) == len(set(found))
    random = [each for each in found if each.split == "grouped_random"]
    assert len(random) == 2 * 2 * 3


def test_employers_never_seen_are_asked_of_the_few_methods_it_is_meant_for() -> None:
    found = jobs([table()], ["paylens", "catboost", "lightgbm-ours", "look-up"], 1)
    cold = {each.peer for each in found if each.split == "by_company"}
    assert cold == {"paylens", "lightgbm-ours", "look-up"}


def test_a_table_meant_for_few_methods_is_measured_with_no_other() -> None:
    found = jobs([table(peers=("paylens",))], ["paylens", "ridge"], 1)
    assert {each.peer for each in found} == {"paylens"}


def test_only_the_random_split_of_the_table_that_names_employers_is_asked_without_them() -> None:
    found = jobs([table(), table("aijobs")], ["ridge"], 1)
    blanked = {(each.table, each.split) for each in found if each.blanked}
    assert blanked == {("levels_fyi", "grouped_random")}


def test_the_peer_that_was_strongest_learns_once_more_from_masked_copies() -> None:
    results = {
        job(peer, seed, blanked=True): measured(loss, calibrated=peer == "paylens")
        for peer, loss in (("paylens", 0.05), ("ridge", 0.07), ("xgboost", 0.06), ("look-up", 0.1))
        for seed in (0, 1)
    }
    again = with_copies(results)
    assert [(each.peer, each.seed, each.copies) for each in again] == [
        ("xgboost", 0, True),
        ("xgboost", 1, True),
    ]


def test_without_peers_asked_for_no_copies_are_learned_from() -> None:
    assert with_copies({job("paylens", blanked=True): measured(0.05, calibrated=True)}) == []


def test_libraries_of_other_processes_get_one_thread_and_the_environment_comes_back() -> None:
    before = dict(os.environ)
    with one_thread():
        assert [os.environ[name] for name in ONE_THREAD] == ["1"] * len(ONE_THREAD)
    assert dict(os.environ) == before
