from pathlib import Path

import pytest

from data.errors import LogError
from serving.log.address import DEFAULT, Address


def test_an_address_of_postgresql_takes_our_driver() -> None:
    for given in ("postgresql://u@h/d", "postgres://u@h/d", "postgresql+psycopg://u@h/d"):
        assert Address.read(given).url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize("given", ["", "log.db", "mysql://h/d", "sqlite:///", "of"])
def test_anything_else_is_refused_with_what_can_be_given(given: str) -> None:
    with pytest.raises(LogError, match="sqlite:///FILE"):
        Address.read(given)


def test_a_password_is_never_shown() -> None:
    assert "secret" not in str(Address.read("postgresql://u:secret@h/d"))
    with pytest.raises(LogError) as caught:
        Address.read("mysql://u:secret@h/d")
    assert "secret" not in str(caught.value)


def test_an_at_sign_that_the_driver_would_take_for_a_host_is_refused_untold() -> None:
    with pytest.raises(LogError, match="%40") as caught:
        Address.read("postgresql://u:se@cret@h/d")
    assert "cret" not in str(caught.value)


def test_only_the_default_log_makes_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Address.read(DEFAULT).make_room()
    assert (tmp_path / ".paylens").stat().st_mode & 0o777 == 0o700
    with pytest.raises(LogError, match="no such folder"):
        Address.read(f"sqlite:///{tmp_path}/mistyped/log.db").make_room()
