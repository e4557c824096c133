"""One run of the tracking server: what was chosen, what came out, and the model itself."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import mlflow
import pandas as pd
from matplotlib.figure import Figure
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.tracking import MlflowClient
from packaging.requirements import Requirement

import data
import features
import serving
from serving.registry import (
    CHALLENGER,
    CHAMPION,
    FOLDER,
    NAME,
    crown,
    exists,
    history,
    reachable,
    version_of,
)
from training.tracking import pyfunc

EXPERIMENT = "paylens"
ROOTS = (data, features, serving)
BESIDES = ("lightgbm", "mlflow", "pandas")
"""What the registered model needs besides what every part of paylens does."""


@dataclass(frozen=True)
class Logged:
    """What a run keeps.

    Attributes:
        parameters: Choices of the fit.
        metrics: Name -> value.
        figures: File name -> figure.
        tables: File name -> text.
        datasets: Source -> SHA-256 of its file.
        model: Folder of the model.
        example: Words of a few invented people.
    """

    parameters: Mapping[str, Any]
    metrics: Mapping[str, float]
    figures: Mapping[str, Figure]
    tables: Mapping[str, str]
    datasets: Mapping[str, str]
    model: Path
    example: pd.DataFrame


def require_server(uri: str) -> None:
    """Check that the tracking server answers, before hours of work depend on it.

    A SQLite file not yet made is no trouble: it is made when there is something to keep.

    Raises:
        ChampionError: It does not.
    """
    if not exists(uri):
        return
    with reachable(uri):
        MlflowClient(uri, uri).search_experiments(max_results=1)


def log(uri: str, logged: Logged) -> str:
    """Log ``logged`` as a run, register its model, and return the new version.

    Raises:
        ChampionError: The tracking server is out of reach.
    """
    with _run(uri):
        for name, sha256 in logged.datasets.items():
            source = CodeDatasetSource({"source": name, "sha256": sha256})
            found = MetaDataset(source, name=name, digest=sha256[:36])  # type: ignore[abstract]
            mlflow.log_input(found, context="training")
        mlflow.log_params(dict(logged.parameters))
        mlflow.log_metrics(dict(logged.metrics))
        for name, figure in logged.figures.items():
            mlflow.log_figure(figure, name)
        for name, text in logged.tables.items():
            mlflow.log_text(text, name)
        return _register(logged)


@contextmanager
def _run(uri: str) -> Iterator[None]:
    with reachable(uri):
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        client = MlflowClient(uri, uri)
        found = client.get_experiment_by_name(EXPERIMENT)
        number = found.experiment_id if found else client.create_experiment(EXPERIMENT)
        # Inside `mlflow run` this continues its run, in whatever experiment that is; with
        # set_experiment MLflow would refuse to.
        with mlflow.start_run(experiment_id=number):
            yield


def _register(logged: Logged) -> str:
    with TemporaryDirectory() as folder:
        # MLflow keeps a folder under its own name, and the service looks for this one.
        plain = Path(folder) / Path(FOLDER).name
        shutil.copytree(logged.model, plain)
        info = mlflow.pyfunc.log_model(
            name="model",
            python_model=pyfunc.__file__,
            artifacts={"model": str(plain)},
            code_paths=[str(Path(str(root.__file__)).parent) for root in ROOTS],
            signature=pyfunc.signature(),
            input_example=logged.example,
            registered_model_name=NAME,
            pip_requirements=requirements(),
        )
    return str(info.registered_model_version)


def requirements() -> list[str]:
    """Return what the registered model needs, at the versions it was made with.

    paylens itself is not among them: it is in no package index, and its code is in the model.
    """
    needed = [Requirement(each) for each in metadata.requires("paylens") or ()]
    always = [(each.name, each.extras) for each in needed if each.marker is None]
    return [
        f"{name}{'[' + ','.join(sorted(extras)) + ']' if extras else ''}=={metadata.version(name)}"
        for name, extras in [*always, *((name, None) for name in BESIDES)]
    ]


def place(uri: str, version: str) -> str:
    """Give ``version`` its alias and return it: the first model leads, later ones challenge.

    Raises:
        ChampionError: The tracking server is out of reach.
    """
    alias = CHALLENGER if version_of(uri, CHAMPION) else CHAMPION
    if alias == CHAMPION:
        crown(uri, (*history(uri), version))
        return alias
    with reachable(uri):
        MlflowClient(uri, uri).set_registered_model_alias(NAME, alias, version)
    return alias
