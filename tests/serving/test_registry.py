"""Where a registry is looked for, and what is said of one that does not answer."""

import os
import time
from pathlib import Path

import pytest

from data.errors import ChampionError
from serving.registry import SETTINGS, exists, fetch, reachable, settle, tracking_uri, version_of

DEAD = "http://127.0.0.1:9"


def test_the_server_is_the_one_given_else_the_environments_else_sqlite_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracking:5000")
    assert tracking_uri("http://given") == "http://given"
    assert tracking_uri() == "http://tracking:5000"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    assert tracking_uri() == "sqlite:///mlflow.db"


def test_only_a_sqlite_file_not_yet_made_is_known_to_hold_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exists("http://anywhere:5000")
    assert exists("postgresql://anywhere/mlflow")
    assert not exists("sqlite:///mlflow.db")
    assert not exists(f"sqlite:///{tmp_path / 'mlflow.db'}")
    (tmp_path / "mlflow.db").touch()
    assert exists("sqlite:///mlflow.db")
    assert exists(f"sqlite:///{tmp_path / 'mlflow.db'}")


@pytest.mark.parametrize("uri", [DEAD, "http://tracking.invalid:5000", "htp://x", "nonsense://x"])
def test_a_server_that_does_not_answer_is_one_line_that_names_it_and_quick(uri: str) -> None:
    settle()
    import mlflow.tracking  # noqa: F401  # not what is timed

    began = time.monotonic()
    for ask in (lambda: version_of(uri, "champion"), lambda: fetch(uri, "1")):
        with pytest.raises(ChampionError) as told:
            ask()
        assert str(told.value).startswith(f"the tracking server {uri} did not answer (")
        assert "\n" not in str(told.value)
    # MLflow's own patience would be minutes.
    assert time.monotonic() - began < 20


def test_a_missing_driver_and_a_failing_disk_are_told_as_well() -> None:
    for error in (ModuleNotFoundError("No module named 'psycopg2'"), OSError("disk full\nagain")):
        with pytest.raises(ChampionError) as told, reachable("postgresql://x"):
            raise error
        assert str(error).partition("\n")[0] in str(told.value)
        assert "\n" not in str(told.value)


def test_an_error_without_a_word_is_told_without_one() -> None:
    with pytest.raises(ChampionError, match=r"x did not answer \(\)"), reachable("x"):
        raise OSError


def test_faults_of_our_own_are_not_blamed_on_the_server() -> None:
    with pytest.raises(KeyError), reachable(DEAD):
        raise KeyError("ours")


def test_what_the_environment_says_to_mlflow_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "120")
    settle()
    assert os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "120"
    assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "1"
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
