from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bench import training
from tests.bench.training import Fits, fit, section

RECORDS = Path("none.parquet")


def grown(power: float = 1.0, sizes: Sequence[int] = training.SIZES) -> Fits:
    seconds = [50 * (size / 50_000) ** power for size in sizes]
    return Fits(list(sizes), seconds, seconds, [500.0] * len(sizes))


@pytest.mark.parametrize(("power", "met"), [(1.05, "yes"), (1.2, "**no**")])
def test_the_page_tells_the_power_and_whether_it_is_asked_for(power: float, met: str) -> None:
    text = section({"paylens": grown(power)}, training.SIZES, 49_860, 15, pinned_to=True)
    assert text.splitlines()[-1].endswith(f"| {power:.2f} | ≤ 1.1 | {met} |")


def test_a_peer_that_would_take_too_long_is_not_run_and_the_page_says_so() -> None:
    peer = grown(sizes=[50_000])
    fit("xgboost", 1_000_000, RECORDS, None, 15, 1, peer)
    assert peer.rows == [50_000]
    text = section(
        {"paylens": grown(), "xgboost": peer}, training.SIZES, 49_860, 15, pinned_to=False
    )
    assert "| not run, would take about 17 min | – | – |" in text


def test_a_peer_that_failed_is_not_run_with_more_rows() -> None:
    peer = Fits(left_out={50_000: "failed, with 18 GB of memory"})
    fit("xgboost", 200_000, RECORDS, None, 15, 1, peer)
    assert peer.cells(200_000)[0] == "not run"


def test_a_peer_whose_process_fails_is_told_of_and_the_run_goes_on() -> None:
    peer = Fits()
    fit("ridge", 1000, RECORDS, None, 15, 18 * training.GIGABYTE, peer)
    assert peer.cells(1000)[0] == "failed, with 18 GB of memory"
