import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.training.benchmark.made import job
from training.benchmark.cache import ROOT
from training.benchmark.job import OF_ALL, paylens_of
from training.benchmark.peers import PEERS
from training.config import Config


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_source_file_that_a_measurement_names_exists(peer: object) -> None:
    code = job(peer.name).code  # type: ignore[attr-defined]
    assert [pattern for pattern in code if not list(ROOT.glob(pattern))] == []


def imported(path: Path) -> Iterator[Path]:
    """Yield the modules of the two lower floors that the one at ``path`` imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = ROOT.joinpath(*node.module.split("."))
            file = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
            if file.is_relative_to(ROOT / "data") or file.is_relative_to(ROOT / "features"):
                yield file


def test_a_measurement_rests_on_all_that_encodes_and_masks_its_records() -> None:
    watched = {path for pattern in OF_ALL for path in ROOT.glob(pattern)}
    code = [path for path in watched if path.suffix == ".py"]
    # How an error is called changes no figure.
    left = {each for path in code for each in imported(path)} - watched
    assert left == {ROOT / "data" / "errors.py"}


def test_a_peer_fed_in_another_form_is_measured_anew() -> None:
    assert job("xgboost").choices["form"] == "raw"
    assert job("xgboost-ours").choices["form"] == "encoded"
    assert job("look-up").choices["form"] is None


def test_a_peer_rests_on_its_own_engine_and_not_on_the_product() -> None:
    code = job("ridge").code
    assert "training/benchmark/peers/ridge.py" in code
    assert "training/benchmark/peers/xgboost.py" not in code
    assert "training/*.py" not in code
    assert "training/*.py" in job("paylens").code


def test_results_of_different_jobs_are_kept_apart() -> None:
    every = [job("ridge"), job("ridge", 1), job("ridge", split="temporal"), job("look-up")]
    every += [job("ridge", copies=True), job("ridge", table="aijobs")]
    assert len({each.name for each in every}) == len(every)


def test_choices_of_paylens_are_read_from_a_file_and_told(config: Path) -> None:
    assert paylens_of(config).config == Config.read(config)
    assert paylens_of(None).config == Config()
    assert job("paylens", config=config).choices["settings"]["folds"] == 3
    assert job("ridge", config=config).choices == job("ridge").choices
