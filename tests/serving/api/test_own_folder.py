"""Folders of requests: gone at the end, and those of services that were killed soon after."""

import asyncio
from pathlib import Path

import pytest

from serving.api.own_folder import PREFIX, folder_of_its_own, sweep


@pytest.fixture(autouse=True)
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_gone_after_an_error_too(spool: Path) -> None:
    async def use() -> None:
        async with folder_of_its_own() as folder:
            (folder / "in.csv").write_text("x")
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        asyncio.run(use())
    assert not list(spool.iterdir())


def test_what_a_killed_service_left_goes_at_once_and_what_is_in_use_stays(spool: Path) -> None:
    async def use() -> None:
        left, other = spool / f"{PREFIX}a", spool / "other"
        for folder in (left, other):
            folder.mkdir()
            (folder / "in.csv").write_text("x")
        async with folder_of_its_own() as used:
            sweep()
            assert {path.name for path in spool.iterdir()} == {used.name, "other"}

    asyncio.run(use())
