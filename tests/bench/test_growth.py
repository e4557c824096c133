import pytest

from tests.bench.growth import expected, exponent


@pytest.mark.parametrize("power", [0.5, 1.0, 1.1, 2.0])
def test_the_power_that_time_grew_by_is_found_again(power: float) -> None:
    rows = [50_000, 200_000, 1_000_000]
    assert exponent(rows, [3 * n**power for n in rows]) == pytest.approx(power)


def test_only_the_ends_count() -> None:
    assert exponent([10, 20, 1000], [1.0, 500.0, 100.0]) == pytest.approx(1.0)


def test_more_rows_are_expected_to_go_on_as_before() -> None:
    assert expected([100, 200], [1.0, 4.0], 400) == pytest.approx(16.0)
    assert expected([100], [1.0], 400) == pytest.approx(4.0)
