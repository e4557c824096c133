import pytest

from tests.training.benchmark.made import job, measured
from training.benchmark.summary import BY_CQR, GIVEN, LOSS, Figure, best_of, sections

RESULTS = {
    job(peer, seed): measured(loss + 0.001 * seed, calibrated=peer == "paylens")
    for peer, loss in (
        ("paylens", 0.055),
        ("xgboost", 0.058),
        ("xgboost-ours", 0.056),
        ("lightgbm-ours", 0.057),
        ("ridge", 0.07),
        ("look-up", 0.1),
    )
    for seed in range(3)
}
(SECTION,) = sections(RESULTS)


def test_a_figure_is_the_mean_over_seeds_with_their_spread() -> None:
    assert SECTION.ours is not None
    assert SECTION.ours.figures[LOSS].mean == pytest.approx(0.056)
    assert SECTION.ours.figures[LOSS].spread == pytest.approx(0.001)
    assert Figure.of([0.3]) == Figure(0.3, None)


def test_ours_comes_first_and_then_the_best() -> None:
    assert [line.peer for line in SECTION.lines] == [
        *("paylens", "xgboost-ours", "lightgbm-ours", "xgboost", "ridge", "look-up"),
    ]


def test_a_peer_is_judged_by_its_better_correction() -> None:
    line = SECTION.line("xgboost")
    assert line is not None
    assert line.correction == "per level"
    assert line.mean(LOSS) == pytest.approx(0.059)
    assert line.mean(GIVEN) == pytest.approx(1.1 * 0.059)
    assert line.mean(BY_CQR) == pytest.approx(15 * 1.02 * 0.059)
    assert best_of(RESULTS[job("xgboost")])[LOSS] == pytest.approx(0.058)


def test_peers_are_told_apart_by_who_encoded_their_inputs() -> None:
    assert {line.peer for line in SECTION.on_raw} == {"xgboost", "ridge"}
    assert {line.peer for line in SECTION.on_our_matrix} == {"xgboost-ours", "lightgbm-ours"}


def test_each_table_and_split_is_a_section_of_its_own() -> None:
    more = {
        job("ridge", split="temporal"): measured(0.1),
        job("ridge", table="aijobs"): measured(1),
    }
    found = [(section.table, section.split) for section in sections(RESULTS | more)]
    assert found == [
        ("levels_fyi", "grouped_random"),
        ("levels_fyi", "temporal"),
        ("aijobs", "grouped_random"),
    ]
