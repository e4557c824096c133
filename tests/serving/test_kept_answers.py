"""Answers kept by their key: alike again, for one caller, for a while, within a bound."""

import subprocess
import sys
from pathlib import Path

import pytest

from data.errors import KeyReusedError, KeysLostError, StillRunningError
from serving.kept_answers import Claim, Kept, KeptAnswers

DAY_SECONDS = 24 * 3600


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        import time

        self.time = time.time()

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> KeptAnswers:
    return KeptAnswers(tmp_path / "kept", 24, 1000, clock)


def keep(kept: KeptAnswers, key: str, body: bytes | Path = b"answer", owner: str = "a") -> None:
    claim = kept.claim(owner, key, "request")
    assert isinstance(claim, Claim)
    kept.keep(claim, 200, {"content-type": "text/csv"}, body)
    claim.let_go()


def found(kept: KeptAnswers, key: str, owner: str = "a") -> bytes | None:
    claim = kept.claim(owner, key, "request")
    if isinstance(claim, Kept):
        with claim.body:
            return claim.body.read()
    claim.let_go()
    return None


def test_an_answer_is_given_again_with_its_status_and_headers(kept: KeptAnswers) -> None:
    keep(kept, "k")
    again = kept.claim("a", "k", "request")
    assert isinstance(again, Kept)
    with again.body:
        assert (again.told.status, again.told.headers) == (200, {"content-type": "text/csv"})
        assert again.body.read() == b"answer"


def test_an_answer_may_be_a_file_which_is_moved(kept: KeptAnswers, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"rows")
    keep(kept, "k", path)
    assert not path.exists()
    assert found(kept, "k") == b"rows"


def test_nobody_else_on_the_machine_may_read_what_is_kept(tmp_path: Path) -> None:
    folder, table = tmp_path / "kept", tmp_path / "out.csv"
    folder.mkdir(0o755)  # as an earlier version made it
    table.write_text("who,median")
    table.chmod(0o644)
    kept = KeptAnswers(folder, 24, 1000)
    keep(kept, "text")
    keep(kept, "file", table)
    claim = kept.claim("a", "being made", "request")
    modes = {path.suffix: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes == dict.fromkeys((".told", ".body", ".lock"), 0o600)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert isinstance(claim, Claim)
    claim.let_go()
    keep(KeptAnswers(tmp_path / "new", 24, 1000), "k")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_another_process_started_later_finds_it(tmp_path: Path, kept: KeptAnswers) -> None:
    keep(kept, "k")
    code = (
        "import sys; from pathlib import Path; from serving.kept_answers import KeptAnswers\n"
        "print(KeptAnswers(Path(sys.argv[1]), 24, 1000).claim('a', 'k', 'request').body.read())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "kept"], capture_output=True, text=True, check=True
    )
    assert said.stdout == "b'answer'\n"


def test_the_same_key_with_another_request_is_refused(kept: KeptAnswers) -> None:
    keep(kept, "k")
    with pytest.raises(KeyReusedError, match="with another request before"):
        kept.claim("a", "k", "another")


def test_while_the_first_runs_the_key_is_taken_in_every_process(
    kept: KeptAnswers, tmp_path: Path
) -> None:
    claim = kept.claim("a", "k", "request")
    assert isinstance(claim, Claim)
    with pytest.raises(StillRunningError, match="still being answered") as refused:
        KeptAnswers(tmp_path / "kept", 24, 1000).claim("a", "k", "request")
    assert refused.value.retry_after > 0
    claim.let_go()
    assert found(kept, "k") is None


def test_a_process_that_dies_leaves_its_key_free(kept: KeptAnswers, tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from serving.kept_answers import KeptAnswers\n"
        "KeptAnswers(Path(sys.argv[1]), 24, 1000).claim('a', 'k', 'request'); os._exit(9)"
    )
    died = subprocess.run([sys.executable, "-c", code, tmp_path / "kept"], check=False)
    assert died.returncode == 9
    assert found(kept, "k") is None


def test_the_key_of_another_caller_is_another_key(kept: KeptAnswers) -> None:
    keep(kept, "k", b"mine")
    keep(kept, "k", b"theirs", owner="b")
    assert (found(kept, "k"), found(kept, "k", "b")) == (b"mine", b"theirs")


def test_an_answer_is_forgotten_after_its_hours(
    kept: KeptAnswers, clock: Clock, tmp_path: Path
) -> None:
    keep(kept, "k")
    clock.time += DAY_SECONDS - 60
    assert found(kept, "k") == b"answer"
    clock.time += 120
    assert found(kept, "k") is None
    assert not list((tmp_path / "kept").iterdir())


def test_past_the_bound_the_oldest_goes_first(kept: KeptAnswers) -> None:
    for key in ("first", "second", "third"):
        keep(kept, key, bytes(400))
    assert [found(kept, key) is None for key in ("first", "second", "third")] == [
        True,
        False,
        False,
    ]


def test_what_cannot_be_kept_is_told_in_the_log_alone(
    kept: KeptAnswers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    claim = kept.claim("a", "k", "request")
    assert isinstance(claim, Claim)
    kept.keep(claim, 200, {}, tmp_path / "gone.csv")
    claim.let_go()
    assert "could not be kept" in caplog.text
    assert found(kept, "k") is None


def test_a_folder_that_cannot_be_used_refuses_keys_and_says_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(KeysLostError, match="without a key is answered"):
        KeptAnswers(tmp_path / "kept", 24, 1000).claim("a", "k", "request")


@pytest.mark.parametrize("torn", [b"", b'{"fingerprint": "req', b"[]", b"{}"])
def test_what_a_power_cut_left_half_written_is_made_anew(
    kept: KeptAnswers, tmp_path: Path, torn: bytes
) -> None:
    keep(kept, "k")
    (told,) = (tmp_path / "kept").glob("*.told")
    told.write_bytes(torn)
    assert found(kept, "k") is None
    keep(kept, "k", b"anew")
    assert found(kept, "k") == b"anew"
