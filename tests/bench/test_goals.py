import pytest

from tests.bench.goals import Goal, goals


@pytest.mark.parametrize(
    ("measured", "at_least", "met"),
    [
        (3.0, True, "yes"),
        (3.1, True, "yes"),
        (2.9, True, "**no**"),
        (3.0, False, "yes"),
        (2.9, False, "yes"),
        (3.1, False, "**no**"),
    ],
)
def test_a_bound_is_met_up_to_itself(measured: float, at_least: bool, met: str) -> None:
    assert Goal("times", measured, 3, at_least).cells[-1] == met


def test_what_was_not_measured_is_not_met() -> None:
    assert Goal("times", None, 3).cells == ["times", "–", "≥ 3", "not measured"]


def test_each_goal_has_a_row() -> None:
    found = goals([Goal("one", 1.0, 2), Goal("two", 0.000012, 1, at_least=False, form="{:.1e}")])
    assert found.splitlines()[2:] == [
        "| one | 1.00 | ≥ 2 | **no** |",
        "| two | 1.2e-05 | ≤ 1 | yes |",
    ]
