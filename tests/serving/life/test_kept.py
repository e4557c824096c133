"""Copies of served models, for restarts without a registry."""

import shutil
from pathlib import Path

import pytest

from data.errors import ArtifactError
from serving import artifact
from serving.life.kept import MOST, Kept
from serving.model import CompensationModel

URI = "postgresql://mlflow:hidden@db/mlflow"


def test_the_last_model_kept_is_found_again_and_is_whole(
    model_folder: Path, tmp_path: Path
) -> None:
    Kept(tmp_path).keep(URI, "7", model_folder)
    found = Kept(tmp_path).last(URI)
    assert found is not None
    assert found[0] == "7"
    assert artifact.digest(found[1]) == artifact.digest(model_folder)
    CompensationModel.load(found[1])


def test_each_registry_has_its_own_and_none_is_invented(model_folder: Path, tmp_path: Path) -> None:
    Kept(tmp_path).keep(URI, "7", model_folder)
    assert Kept(tmp_path).last("sqlite:///other.db") is None
    assert Kept(tmp_path / "nowhere").last(URI) is None


def test_no_password_of_a_registry_is_written(model_folder: Path, tmp_path: Path) -> None:
    Kept(tmp_path).keep(URI, "7", model_folder)
    (noted,) = tmp_path.glob("last-*.json")
    assert "hidden" not in noted.name + noted.read_text()


def test_old_copies_go_and_the_last_one_stays(model: CompensationModel, tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    for number in range(MOST + 2):
        model.scaled(1 + number / 10).save(tmp_path / "model")
        kept.keep(URI, str(number), tmp_path / "model")
    assert len(list((tmp_path / "kept").glob("*/manifest.json"))) == MOST
    found = kept.last(URI)
    assert found is not None
    assert artifact.digest(found[1]) == artifact.digest(tmp_path / "model")


def test_a_place_that_cannot_be_written_to_is_no_harm(
    model_folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "kept").write_text("a file, no folder")
    Kept(tmp_path / "kept").keep(URI, "7", model_folder)
    assert "no copy of it is kept" in caplog.text


def test_a_note_that_is_no_note_is_told(model_folder: Path, tmp_path: Path) -> None:
    Kept(tmp_path).keep(URI, "7", model_folder)
    (noted,) = tmp_path.glob("last-*.json")
    noted.write_text("[]")
    with pytest.raises(ArtifactError, match="delete it"):
        Kept(tmp_path).last(URI)
    shutil.rmtree(tmp_path)


def test_earlier_versions_are_found_while_their_copies_are_kept(
    model: CompensationModel, tmp_path: Path
) -> None:
    kept = Kept(tmp_path / "kept")
    for number in range(MOST + 1):
        model.scaled(1 + number / 10).save(tmp_path / "model")
        kept.keep(URI, str(number), tmp_path / "model")
    assert kept.find(URI, "0") is None
    assert kept.find(URI, "7") is None
    assert kept.find("sqlite:///other.db", "1") is None
    found = [kept.find(URI, str(number)) for number in range(1, MOST + 1)]
    assert len({artifact.digest(folder) for folder in found if folder}) == MOST
