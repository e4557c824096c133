"""Folders of requests: gone at the end, and those of services that were killed soon after."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from serving.api.own_folder import PREFIX, YOUNG_SECONDS, folder_of_its_own, sweep


@pytest.fixture(autouse=True)
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def age(folder: Path) -> None:
    then = time.time() - 2 * YOUNG_SECONDS
    os.utime(folder, (then, then))


def test_a_folder_is_gone_after_an_error_too(spool: Path) -> None:
    async def use() -> None:
        async with folder_of_its_own() as folder:
            (folder / "in.csv").write_text("x")
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        asyncio.run(use())
    assert not list(spool.iterdir())


def test_what_a_killed_service_left_goes_and_what_is_in_use_or_new_stays(spool: Path) -> None:
    async def use() -> None:
        left, young, other = (spool / name for name in (f"{PREFIX}a", f"{PREFIX}b", "other"))
        for folder in (left, young, other):
            folder.mkdir()
            (folder / "in.csv").write_text("x")
        async with folder_of_its_own() as used:
            for folder in (left, used, other):
                age(folder)
            sweep()
            assert {path.name for path in spool.iterdir()} == {used.name, young.name, "other"}

    asyncio.run(use())
