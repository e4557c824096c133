"""What was refused is not loaded again until it changes."""

from collections.abc import Callable

import pytest

from data.errors import ArtifactError
from serving.life import refusals
from serving.life.refusals import Refusals


def failing(calls: list[str], what: str) -> Callable[[], str]:
    def load() -> str:
        calls.append(what)
        raise ArtifactError(f"{what} is broken")

    return load


def test_the_same_thing_is_refused_again_without_being_loaded() -> None:
    calls: list[str] = []
    known = Refusals()
    for _ in range(3):
        with pytest.raises(ArtifactError, match="3 is broken"):
            known.unless_refused("3", failing(calls, "3"))
    assert calls == ["3"]


def test_another_thing_is_tried_and_so_is_the_first_after_it() -> None:
    calls: list[str] = []
    known = Refusals()
    for what in ("3", "4", "3"):
        with pytest.raises(ArtifactError, match=f"{what} is broken"):
            known.unless_refused(what, failing(calls, what))
    assert calls == ["3", "4", "3"]


def test_it_is_tried_again_once_something_else_was_in_its_place() -> None:
    calls: list[str] = []
    known = Refusals()
    with pytest.raises(ArtifactError):
        known.unless_refused("3", failing(calls, "3"))
    known.forget()
    assert known.unless_refused("3", lambda: "mended") == "mended"


def test_it_is_tried_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "TRY_AGAIN_SECONDS", 0.0)
    calls: list[str] = []
    known = Refusals()
    for _ in range(2):
        with pytest.raises(ArtifactError):
            known.unless_refused("3", failing(calls, "3"))
    assert calls == ["3", "3"]
