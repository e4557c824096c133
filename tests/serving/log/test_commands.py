import re
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from data.errors import LogError
from serving.__main__ import commands
from serving.log.address import Address
from serving.log.quarantine import set_aside
from serving.log.store import Store
from serving.log.tables import ENTRIES
from tests.serving.log.notes import make_entries


def run(*words: str) -> Result:
    done = CliRunner().invoke(commands, ["log", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def fill(address: Address, n: int, at_ns: int | None = None) -> None:
    store = Store(address)
    with store.writing() as chain:
        chain.append(make_entries(n, at_ns=at_ns))
    store.close()


def test_a_whole_log_is_verified_with_its_head_to_keep(address: Address) -> None:
    fill(address, 3)
    told = run("verify", "--log", address.url).stdout
    assert "3 entries from 1 on, unbroken" in told
    assert "keep this head elsewhere" in told
    found = re.search(r"head (3:[0-9a-f]{64})", told)
    assert found is not None
    again = run("verify", "--log", address.url, "--head", found[1]).stdout
    assert "unbroken" in again
    assert "elsewhere" not in again


def test_a_log_that_was_tampered_with_is_an_error(address: Address) -> None:
    fill(address, 3)
    store = Store(address)
    with store.writing() as chain:
        changed = update(ENTRIES).where(ENTRIES.c.seq == 2).values(content="{}")
        chain.connection.execute(changed)
    store.close()
    with pytest.raises(LogError, match=r"entry 2 .* was altered"):
        run("verify", "--log", address.url)


@pytest.mark.parametrize("command", ["verify", "prune", "upgrade", "status"])
def test_a_mistyped_file_is_an_error_and_none_is_made(command: str, tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no such log"):
        run(command, "--log", f"sqlite:///{tmp_path}/mistyped.db")
    assert list(tmp_path.iterdir()) == []


def test_a_prune_keeps_four_years_unless_told_otherwise(address: Address) -> None:
    fill(address, 2, at_ns=1_500_000_000 * 10**9)
    fill(address, 1)
    assert run("prune", "--log", address.url).stdout.startswith("2 entries older than")
    assert "2 entries from 3 on" in run("verify", "--log", address.url).stdout
    assert run("prune", "--log", address.url, "--years", "0").stdout.startswith("2 entries")
    with pytest.raises(LogError, match="give one"):
        run("prune", "--log", address.url, "--years", "1", "--before", "2026-01-01")


@pytest.mark.parametrize(
    "words",
    [("--before", "9999-12-31"), ("--years", "100000"), ("--years", "nan"), ("--years", "-1")],
)
def test_a_prune_that_can_only_be_a_slip_is_refused_and_nothing_goes(
    sqlite: Address, words: tuple[str, str]
) -> None:
    fill(sqlite, 2)
    with pytest.raises(LogError, match="give"):
        run("prune", "--log", sqlite.url, *words)
    assert "2 entries from 1 on" in run("verify", "--log", sqlite.url).stdout


def test_a_day_long_before_any_entry_removes_none(sqlite: Address) -> None:
    fill(sqlite, 2)
    assert run("prune", "--log", sqlite.url, "--before", "0500-01-01").stdout.startswith("0 ent")


def test_a_pruned_head_is_said_to_say_nothing_any_more(sqlite: Address) -> None:
    fill(sqlite, 2, at_ns=1_500_000_000 * 10**9)
    fill(sqlite, 1)
    run("prune", "--log", sqlite.url, "--before", "2020-01-01")
    told = run("verify", "--log", sqlite.url, "--head", f"1:{'0' * 64}").stdout
    assert "entry 1 was pruned" in told


def test_an_upgrade_says_what_it_did(tmp_path: Path) -> None:
    (tmp_path / "log.db").touch()
    given = f"sqlite:///{tmp_path}/log.db"
    with pytest.raises(LogError, match="log upgrade"):
        run("verify", "--log", given)
    assert run("upgrade", "--log", given).stdout == "revision none -> 0001\n"
    assert run("upgrade", "--log", given).stdout == "revision 0001 -> 0001\n"


def test_the_status_counts_what_is_kept(
    address: Address, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(address, 3)
    monkeypatch.setenv("PAYLENS_LOG", address.url)
    monkeypatch.setenv("PAYLENS_LOG_SPOOL", str(tmp_path / "spool"))
    told = run("status").stdout
    assert "prediction: 3" in told
    assert "predictions with an outcome: 0" in told
    assert "set aside" not in told


def test_the_status_tells_what_was_set_aside(
    sqlite: Address, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAYLENS_LOG", sqlite.url)
    monkeypatch.setenv("PAYLENS_LOG_SPOOL", str(tmp_path))
    set_aside(tmp_path, [b"{}", b"{broken"])
    told = run("status").stdout
    assert f"refuses them: 2 in {tmp_path}/quarantine.jsonl" in told


def test_commands_say_when_no_log_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLENS_LOG", "off")
    with pytest.raises(LogError, match="no log is kept"):
        run("verify")
