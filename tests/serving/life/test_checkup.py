"""A model that is whole and answers nonsense does not come into service."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.errors import ArtifactError, CheckupError
from serving import artifact
from serving.life.checkup import found_wrong, load_checked, reference_people
from serving.model import CompensationModel


def rewritten(folder: Path, name: str, change: Any, to: Path) -> Path:
    """Copy ``folder`` with one file changed and a manifest that fits it."""
    manifest, files = artifact.read(folder)
    told = json.loads(files[name])
    change(told)
    artifact.write(to, {**files, name: json.dumps(told)}, manifest)
    return to


def test_a_good_model_is_loaded_and_nothing_is_wrong_with_it(model_folder: Path) -> None:
    model = load_checked(model_folder)
    assert list(found_wrong(model)) == []


def test_the_reference_people_are_of_every_basis_known_and_unknown(
    model: CompensationModel,
) -> None:
    people = list(reference_people(model))
    assert {each["pay_basis"] for each in people} == set(model.support.bases)
    assert any(each["role"] is None for each in people)
    assert any(each["role"] for each in people)


def test_percentiles_that_fall_are_found(model: CompensationModel) -> None:
    upside_down = model.scaled(-1.0)
    assert any("its percentiles fall" in wrong for wrong in found_wrong(upside_down))


def test_amounts_that_are_no_numbers_are_found(model: CompensationModel) -> None:
    nowhere = model.scaled(float("nan"))
    assert any("no amounts of money" in wrong for wrong in found_wrong(nowhere))


def test_a_model_that_learned_from_no_basis_is_found(model: CompensationModel) -> None:
    empty = model.scaled(1.0)
    empty.support = replace(model.support, bases={})
    assert list(found_wrong(empty)) == ["it learned from pay of no basis"]


def test_nonsense_with_the_right_checksums_is_refused_by_name(
    model: CompensationModel, tmp_path: Path
) -> None:
    model.scaled(-1.0).save(tmp_path / "model")
    CompensationModel.load(tmp_path / "model")  # whole it is
    with pytest.raises(CheckupError, match=rf"{tmp_path}/model: asked about .*percentiles fall"):
        load_checked(tmp_path / "model")


def test_files_that_do_not_fit_each_other_are_no_crash(model_folder: Path, tmp_path: Path) -> None:
    folder = rewritten(
        model_folder, "calibration.json", lambda told: told.popitem(), tmp_path / "model"
    )
    with pytest.raises(ArtifactError, match="whole but do not fit"):
        load_checked(folder)


def test_a_broken_file_is_refused_as_before(model_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    (folder / "scale.txt").write_text("")
    with pytest.raises(ArtifactError, match=r"scale\.txt: its SHA-256"):
        load_checked(folder)
