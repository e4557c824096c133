from pathlib import Path

import pytest

from data.errors import SettingError
from serving.limits import Limits


def test_without_an_environment_the_limits_are_those_of_the_class() -> None:
    assert Limits.read({}) == Limits()


def test_each_limit_can_be_set() -> None:
    given = Limits.read(
        {"PAYLENS_FILES": "5", "PAYLENS_FILE_ROWS": " 10 ", "PAYLENS_IDEMPOTENCY": "/var/keys"}
    )
    assert (given.files, given.file_rows, given.idempotency) == (5, 10, Path("/var/keys"))


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5"])
def test_a_limit_that_is_no_whole_number_above_0_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match=f"PAYLENS_BATCHES is '{value}'"):
        Limits.read({"PAYLENS_BATCHES": value})
