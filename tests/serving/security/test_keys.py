import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.errors import CredentialError, KeysError
from serving.api.caller import Caller
from serving.security import keys
from serving.security.keys import KeyRing
from serving.security.scopes import Scope

LATER = datetime(2030, 1, 1, tzinfo=UTC)


class Clock:
    """Time that passes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_key_lets_its_tenant_in_for_its_scopes(path: Path) -> None:
    kept, given = keys.create(path, "acme", "import", [Scope.PREDICT, Scope.FILES, Scope.FILES])
    grant = KeyRing(path).grant(given)
    assert grant.caller == Caller("acme", kept.id)
    assert grant.scopes == {Scope.PREDICT, Scope.FILES}


@pytest.mark.parametrize("tenant", ["form", "local"])
def test_no_key_is_made_for_a_tenant_of_nobody_who_is_known(path: Path, tenant: str) -> None:
    with pytest.raises(KeysError, match="reserved"):
        keys.create(path, tenant, "", [Scope.PREDICT])
    assert not path.exists()


def test_only_a_hash_is_kept_and_only_the_owner_may_read_it(path: Path) -> None:
    _, given = keys.create(path, "acme", "import", [Scope.PREDICT])
    assert given.rpartition("_")[2] not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {each.name for each in path.parent.iterdir()} <= {"keys.json", "keys.json.lock"}


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1],
        lambda key: f"{key}x",
        lambda key: key.upper(),
        lambda _: "x",
        lambda _: "paylens_00000000_",
        lambda _: "paylens_",
    ],
)
def test_anything_but_the_whole_key_is_unknown(
    path: Path, key: str, change: Callable[[str], str]
) -> None:
    with pytest.raises(CredentialError, match="not known"):
        KeyRing(path).grant(change(key))


def test_a_key_ends_on_its_day(path: Path) -> None:
    _, given = keys.create(path, "acme", "trial", [Scope.PREDICT], LATER)
    assert KeyRing(path, today=lambda: LATER.replace(year=2029)).grant(given)
    late = KeyRing(path, today=lambda: LATER)
    assert not late.opens
    with pytest.raises(CredentialError, match="has expired"):
        late.grant(given)


def test_a_running_service_notices_new_and_revoked_keys(path: Path, key: str) -> None:
    clock = Clock()
    ring = KeyRing(path, clock)
    new, given = keys.create(path, "globex", "", [Scope.ADMIN])
    clock.now += keys.LOOK_AGAIN
    assert ring.grant(given).caller.tenant == "globex"
    keys.revoke(path, new.id)
    clock.now += keys.LOOK_AGAIN
    with pytest.raises(CredentialError, match="was revoked"):
        ring.grant(given)
    assert ring.grant(key)


def test_a_file_broken_by_hand_leaves_the_known_keys_in_force(
    path: Path, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    ring = KeyRing(path, clock)
    path.write_text("{")
    clock.now += keys.LOOK_AGAIN
    assert ring.grant(key)
    assert str(path) in caplog.text


def test_a_file_taken_away_leaves_no_key_in_force(path: Path, key: str) -> None:
    clock = Clock()
    ring = KeyRing(path, clock)
    path.unlink()
    clock.now += keys.LOOK_AGAIN
    with pytest.raises(CredentialError):
        ring.grant(key)


def test_keys_made_at_the_same_time_are_all_kept(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: keys.create(path, f"t{n}", "", [Scope.PREDICT]), range(16)))
    assert {key.id for key, _ in made} == {key.id for key in keys.read(path)}


def test_a_key_revoked_twice_keeps_its_first_day_and_an_unknown_one_is_told(path: Path) -> None:
    kept, _ = keys.create(path, "acme", "", [Scope.PREDICT])
    first = keys.revoke(path, kept.id)
    assert keys.revoke(path, kept.id) == first
    with pytest.raises(KeysError, match="no key 'nobody'"):
        keys.revoke(path, "nobody")


def test_a_file_that_holds_no_keys_is_refused_by_name(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"format": 2, "keys": []}')
    with pytest.raises(KeysError, match=r"keys\.json cannot be read: it is no file of keys"):
        keys.read(path)


def test_a_place_where_no_file_can_be_is_told_with_the_way_out(path: Path) -> None:
    path.parent.write_text("a file where a folder is needed")
    with pytest.raises(KeysError, match=r"cannot be written: .*PAYLENS_KEYS"):
        keys.create(path, "acme", "", [Scope.PREDICT])
