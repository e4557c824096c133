import pytest

from serving.combinations import LEAST_EXPECTED, Combinations


def cells(**counts: int) -> Combinations:
    """Return combinations of cells of role, country and seniority, such as ``a_US_junior``."""
    return Combinations.count(
        {"|".join(("total", *name.split("_"))): n for name, n in counts.items()}
    )


def test_a_pair_that_chance_would_often_bring_and_hardly_anyone_has_is_unusual() -> None:
    found = cells(cook_US_junior=500, cook_FR_senior=500, clerk_US_senior=500, clerk_FR_junior=2)
    (cap, reason), *_ = found.unusual({"role": "clerk", "seniority": "junior"})
    assert cap == 1
    assert reason == (
        "unusual combination: role clerk with seniority junior was seen in 2 records, "
        "168 would be usual"
    )


def test_what_chance_would_seldom_bring_is_not_called_unusual() -> None:
    found = cells(cook_US_junior=5000, clerk_FR_senior=int(LEAST_EXPECTED) - 1)
    assert list(found.unusual({"role": "clerk", "seniority": "junior"})) == []


@pytest.mark.parametrize("record", [{}, {"role": "cook"}, {"role": "cook", "seniority": "junior"}])
def test_what_is_often_seen_or_not_said_is_usual(record: dict[str, str]) -> None:
    found = cells(cook_US_junior=500, clerk_US_senior=500)
    assert list(found.unusual(record)) == []


def test_nothing_learned_makes_nothing_unusual() -> None:
    assert list(Combinations.count({}).unusual({"role": "cook", "seniority": "junior"})) == []
