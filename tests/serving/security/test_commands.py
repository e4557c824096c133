from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data.errors import KeysError
from serving.__main__ import commands
from serving.security import keys
from serving.security.keys import KeyRing
from serving.security.scopes import Scope


@pytest.fixture(autouse=True)
def kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLENS_KEYS", str(path))


def run(*words: str) -> Result:
    return CliRunner().invoke(commands, ["keys", *words])


def test_a_key_is_shown_once_and_opens_what_it_was_made_for(path: Path) -> None:
    made = run("create", "--tenant", "acme", "--scopes", "predict,files", "--label", "import")
    given = made.stdout.strip()
    assert KeyRing(path).grant(given).scopes == {Scope.PREDICT, Scope.FILES}
    listed = run("list").stdout
    assert "acme" in listed
    assert "in force" in listed
    assert given not in listed
    assert given.rpartition("_")[2] not in listed


def test_a_key_may_end(path: Path) -> None:
    run("create", "--tenant", "acme", "--scopes", "predict", "--days", "2")
    (key,) = keys.read(path)
    assert key.expires is not None
    assert abs(key.expires - datetime.now(UTC) - timedelta(days=2)) < timedelta(minutes=1)
    assert f"until {key.expires:%Y-%m-%d}" in run("list").stdout


def test_a_revoked_key_opens_nothing(path: Path) -> None:
    run("create", "--tenant", "acme", "--scopes", "predict")
    (key,) = keys.read(path)
    assert run("revoke", key.id).exit_code == 0
    assert not KeyRing(path).opens
    assert "revoked" in run("list").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "--tenant", "acme", "--scopes", "everything"), "no scope 'everything'"),
        (("create", "--tenant", " ", "--scopes", "predict"), "needs a tenant"),
        (("revoke", "nobody"), "no key 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(words: tuple[str, ...], told: str) -> None:
    error = run(*words).exception
    assert isinstance(error, KeysError)
    assert told in str(error)
