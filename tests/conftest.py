"""What several tests share: one small fitted model, and where the real tables lie."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from serving.limits import Limits
from serving.model import CompensationModel
from tests.records import make_records, pool
from training.config import Config
from training.gather import Pooled
from training.pipeline import Outcome, run

SMALL = Config(
    folds=3,
    max_rounds=60,
    patience=10,
    scale_rounds=30,
    small_rounds=20,
    location={**Config().location, "learning_rate": 0.1},
)
"""Choices that make a fit quick; the paths through the code stay the same."""

DEFAULT_MODEL = ".paylens/default"
DEFAULT_DAY = date(2026, 11, 1)
"""A day on which the default model is asked; what it learned from ends before."""

CHECKOUT = Path(__file__).parents[1]


def require(found: object, what: str) -> None:
    """Skip where ``what`` is missing on a user's machine; fail where CI should have it."""
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what} is missing, and CI must have it")
        pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real pay tables, named by PAYLENS_REAL_DATA."""
    default = CHECKOUT.parent / "shared" / "real_data"
    folder = Path(os.environ.get("PAYLENS_REAL_DATA", default))
    require(folder.is_dir(), f"the folder of real pay tables ({folder})")
    return folder


@pytest.fixture(scope="session")
def records() -> pl.DataFrame:
    """Records whose truth is known."""
    return make_records(3000)


@pytest.fixture(scope="session")
def pooled(records: pl.DataFrame) -> Pooled:
    """The records as a run holds them."""
    return pool(records)


@pytest.fixture(scope="session")
def outcome(pooled: Pooled) -> Outcome:
    """What a whole, quick run came to."""
    return run(pooled, SMALL, date(2026, 1, 1), lambda _: None)


@pytest.fixture(scope="session")
def model(outcome: Outcome) -> CompensationModel:
    """A small fitted model."""
    return outcome.model


@pytest.fixture(scope="session")
def model_folder(model: CompensationModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small model; tests that break it copy it first."""
    folder = tmp_path_factory.mktemp("model")
    model.save(folder)
    return folder


@pytest.fixture(scope="session")
def default_model(tmp_path_factory: pytest.TempPathFactory) -> CompensationModel:
    """The default model that `make run` serves, made by the same rule where it is not up to date.

    Making it takes a minute or two, so processes that test at once make it once.
    """
    own = tmp_path_factory.getbasetemp()
    of_all = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with (of_all / "default-model.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(
            ["make", f"{DEFAULT_MODEL}/manifest.json"],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr
    return CompensationModel.load(CHECKOUT / DEFAULT_MODEL)


@pytest.fixture(scope="session")
def app(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    champion = Champion(model_folder, None)
    assert champion.refresh()
    limits = Limits(idempotency=tmp_path_factory.mktemp("idempotency"))
    return assemble(champion, Recogniser(Stages()), limits=limits)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def empty_client() -> Iterator[TestClient]:
    """A service without any model."""
    with TestClient(assemble(Champion(None, None), Recogniser(Stages()))) as client:
        yield client
