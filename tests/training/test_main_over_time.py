"""``paylens-train backtest`` and ``recalibrate``: what they write, say and leave alone."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from serving import artifact
from serving.champion import open_model
from serving.registry import CHALLENGER, CHAMPION, version_of
from tests.training.command import paylens_train, write_config, write_table
from tests.training.test_main import files, refused
from training.replay import METHODS

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow")


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write_later(n: int = 300) -> Path:
    """Write pay of the three months after the small model's last day; return its path."""
    days = [date(2025, 12, 2), date(2026, 1, 5), date(2026, 2, 5)]
    path = Path("later.csv")
    pl.read_csv(write_table(Path(), n)).with_columns(
        pl.Series("observed_on", [days[row % 3] for row in range(n)])
    ).write_csv(path)
    Path("pay.csv").unlink()
    return path


def test_a_backtest_prints_every_month_and_writes_table_and_plot() -> None:
    write_table(Path(), 900)
    said = paylens_train(
        *("backtest", "--source", "table=pay.csv", "--config", str(write_config(Path()))),
        *("--cuts", "0.5", "--cuts", "0.8", "--window", "2", "--output", "replayed"),
    )
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert sum(line.startswith("trained on what was observed before ") for line in lines) == 2
    assert sum(line.startswith("| all | ") for line in lines) == 2
    assert lines[-1] == "every month: replayed/backtest.csv; plot: replayed/backtest.png"
    months = pl.read_csv("replayed/backtest.csv")
    assert set(months["method"]) == set(METHODS)
    assert Path("replayed/backtest.png").read_bytes().startswith(b"\x89PNG")


def test_a_backtest_of_one_month_is_refused() -> None:
    table = pl.read_csv(write_table(Path(), 400)).with_columns(observed_on=pl.lit("2025-03-01"))
    table.write_csv("pay.csv")
    line = refused("backtest", "--source", "table=pay.csv")
    assert line == ("all 400 records are of March 2025: a backtest needs records of several months")


def test_a_backtest_with_too_little_before_the_cut_is_refused() -> None:
    write_table(Path(), 400)
    line = refused("backtest", "--source", "table=pay.csv", "--cuts", "0.1")
    assert "at least 300 of both are needed" in line


def test_a_model_of_a_folder_is_recalibrated_into_another_and_stays(model_folder: Path) -> None:
    before = files(model_folder)
    path = write_later()
    said = paylens_train(
        *("recalibrate", "--model", str(model_folder), "--source", f"table={path}"),
        *("--output", "new"),
    )
    assert (said.code, said.err) == (0, "")
    assert "On 300 outcomes observed 2025-12-02 to 2026-02-05" in said.out
    assert said.out.splitlines()[-1] == (
        "recalibrated model: new; the one it came from is unchanged"
    )
    assert files(model_folder) == before
    told = json.loads(Path("new/manifest.json").read_text())["recalibrated"]
    assert told["from_model"] == artifact.digest(model_folder)
    new, old = open_model("new", ""), open_model(str(model_folder), "")
    assert new.version != old.version
    assert new.model.calibration != old.model.calibration
    for name in ("location", "scale"):
        assert new.model.boosters[name].text == old.model.boosters[name].text
    assert not Path("mlflow.db").exists()
    measured = paylens_train("evaluate", "--model", "new", "--source", f"table={path}")
    assert measured.out.startswith("the model learned from these very rows")


def test_a_folder_that_holds_a_model_is_never_overwritten(model_folder: Path) -> None:
    path = write_later()
    line = refused(
        *("recalibrate", "--model", str(model_folder), "--source", f"table={path}"),
        *("--output", str(model_folder)),
    )
    assert line == f"{model_folder}: holds a model already; name another with --output"


def test_outcomes_the_model_may_have_learned_from_are_refused(model_folder: Path) -> None:
    write_table(Path(), 400)
    line = refused("recalibrate", "--model", str(model_folder), "--source", "table=pay.csv")
    assert line.startswith("0 outcomes between 2025-11-30, up to which the model learned")


def test_the_synthetic_market_is_no_outcome(model_folder: Path) -> None:
    line = refused("recalibrate", "--model", str(model_folder), "--source", "market")
    assert "recalibration needs a model and outcomes of real pay" in line


def test_without_a_champion_there_is_nothing_to_recalibrate() -> None:
    path = write_later()
    line = refused("recalibrate", "--source", f"table={path}")
    assert line.startswith("sqlite:///mlflow.db has no champion")


@pytest.mark.mlflow
def test_a_registered_model_gets_a_challenger_and_stays_champion() -> None:
    write_table(Path())
    # MLflow keeps a database open by its name, and another test's may be called mlflow.db.
    uri = "sqlite:///over_time.db"
    at = ("--tracking-uri", uri)
    fit = ("fit", "--source", "table=pay.csv", "--config", str(write_config(Path())), *at)
    assert paylens_train(*fit).code == 0
    path = write_later()
    said = paylens_train("recalibrate", "--source", f"table={path}", *at)
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1].startswith(f"version 2 is challenger at {uri}; its files: ")
    assert (version_of(uri, CHAMPION), version_of(uri, CHALLENGER)) == ("1", "2")
    champion, challenger = (open_model(f"models:/paylens@{a}", uri) for a in (CHAMPION, CHALLENGER))
    assert "recalibrated" not in champion.model.manifest
    assert challenger.model.manifest["recalibrated"]["outcomes"] == 300
    promoted = paylens_train("promote", *at)
    assert promoted.code == 0, promoted.err
    assert version_of(uri, CHAMPION) == "2"
