import json
import shutil
from pathlib import Path

import pytest

from data.errors import ArtifactError
from serving import artifact
from serving.model import CompensationModel


@pytest.fixture
def copy(model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_folder, tmp_path / "model"))


def test_a_model_folder_holds_plain_text_alone(model_folder: Path) -> None:
    assert {path.suffix for path in model_folder.iterdir()} == {".json", ".txt", ".md"}
    for path in model_folder.iterdir():
        path.read_text(encoding="utf-8")


def test_a_truncated_file_is_refused_by_name(copy: Path) -> None:
    path = copy / "location.txt"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ArtifactError, match=r"location\.txt: its SHA-256"):
        CompensationModel.load(copy)


def test_a_missing_file_is_refused_by_name(copy: Path) -> None:
    (copy / "scale.txt").unlink()
    with pytest.raises(ArtifactError, match=r"scale\.txt.*No such file"):
        CompensationModel.load(copy)


def test_a_newer_format_version_is_refused_with_the_way_out(copy: Path) -> None:
    path = copy / artifact.MANIFEST
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "format_version": 99}))
    with pytest.raises(
        ArtifactError, match=r"format version 99, this release reads 1; use a newer"
    ):
        CompensationModel.load(copy)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format_version": null}'])
def test_a_broken_manifest_is_refused(copy: Path, content: str) -> None:
    (copy / artifact.MANIFEST).write_text(content)
    with pytest.raises(ArtifactError, match=r"manifest\.json"):
        CompensationModel.load(copy)


def test_a_folder_without_a_manifest_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"no manifest\.json"):
        CompensationModel.load(tmp_path)


def test_a_manifest_cannot_name_files_outside_its_folder(copy: Path) -> None:
    path = copy / artifact.MANIFEST
    manifest = json.loads(path.read_text())
    manifest["files"]["../outside.txt"] = "0" * 64
    path.write_text(json.dumps(manifest))
    with pytest.raises(ArtifactError, match=r"\.\./outside\.txt"):
        CompensationModel.load(copy)


def test_while_files_are_replaced_the_folder_is_no_model(copy: Path) -> None:
    class StopError(Exception):
        pass

    class Files(dict[str, str]):
        def __getitem__(self, name: str) -> str:
            raise StopError

    with pytest.raises(StopError):
        artifact.write(copy, Files({"location.txt": "half"}), {})
    with pytest.raises(ArtifactError, match=r"no manifest\.json"):
        CompensationModel.load(copy)


def test_a_saved_model_answers_as_before(model: CompensationModel, model_folder: Path) -> None:
    from tests.records import make_records

    frame = make_records(50, seed=9)
    again = CompensationModel.load(model_folder)
    before, after = (each.predict(frame, (0.1, 0.9)) for each in (model, again))
    assert (before.quantiles == after.quantiles).all()
    assert again.card == model.card
    assert again.coverage == model.coverage
