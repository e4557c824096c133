from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.benchmark.made import Errand
from training.benchmark.cache import Cache


@pytest.fixture
def errand(tmp_path: Path) -> Errand:
    """A task with rows and code of its own."""
    (tmp_path / "rows.parquet").write_bytes(b"rows")
    (tmp_path / "code.py").write_text("one = 1\n")
    return Errand("errand", files=(tmp_path / "rows.parquet",), code=("*.py",))


def opened(folder: Path) -> Cache:
    """Return the cache as a later run opens it."""
    return Cache(folder / "results", root=folder)


def test_nothing_was_measured_before_the_first_run(errand: Errand, tmp_path: Path) -> None:
    assert opened(tmp_path).read(errand) is None


def test_what_was_measured_is_read_by_a_later_run(errand: Errand, tmp_path: Path) -> None:
    opened(tmp_path).write(errand, {"loss": 0.1})
    assert opened(tmp_path).read(errand) == {"loss": 0.1}


CHANGES: dict[str, Callable[[Path], object]] = {
    "rows": lambda folder: (folder / "rows.parquet").write_bytes(b"other rows"),
    "code": lambda folder: (folder / "code.py").write_text("one = 2\n"),
    "a source file more": lambda folder: (folder / "more.py").write_text(""),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_rests_on_something_since_changed_is_measured_anew(
    what: str, errand: Errand, tmp_path: Path
) -> None:
    opened(tmp_path).write(errand, {"loss": 0.1})
    CHANGES[what](tmp_path)
    assert opened(tmp_path).read(errand) is None


def test_another_choice_is_measured_anew(errand: Errand, tmp_path: Path) -> None:
    opened(tmp_path).write(errand, {"loss": 0.1})
    assert opened(tmp_path).read(replace(errand, size=2)) is None


def test_code_changed_while_a_measurement_ran_is_not_taken_for_what_ran(
    errand: Errand, tmp_path: Path
) -> None:
    cache = opened(tmp_path)
    assert cache.read(errand) is None
    (tmp_path / "code.py").write_text("one = 2\n")
    cache.write(errand, {"loss": 0.1})
    assert opened(tmp_path).read(errand) is None


@pytest.mark.parametrize("left", ["", '{"depends_on": "ab', "[]", '{"measured": {}}'])
def test_a_file_that_is_no_whole_result_is_measured_anew(
    left: str, errand: Errand, tmp_path: Path
) -> None:
    opened(tmp_path).write(errand, {"loss": 0.1})
    (tmp_path / "results" / "errand.json").write_text(left)
    assert opened(tmp_path).read(errand) is None
