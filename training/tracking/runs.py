"""One run of the tracking server: what was chosen, what came out, and the model itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from matplotlib.figure import Figure
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.models import infer_signature
from mlflow.tracking import MlflowClient

import data
import features
import serving
from serving.registry import CHALLENGER, CHAMPION, NAME, reachable, version_of
from training.tracking import pyfunc

EXPERIMENT = "paylens"
ROOTS = (data, features, serving)


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
        example: Words of a few invented people, for the signature.
        answer: The model's answer to them.
        tags: Further facts.
    """

    parameters: Mapping[str, Any]
    metrics: Mapping[str, float]
    figures: Mapping[str, Figure]
    tables: Mapping[str, str]
    datasets: Mapping[str, str]
    model: Path
    example: pd.DataFrame
    answer: pd.DataFrame
    tags: Mapping[str, str] = field(default_factory=dict)


def require_server(uri: str) -> None:
    """Check that the tracking server answers, before hours of work depend on it.

    Raises:
        ChampionError: It does not.
    """
    with reachable(uri):
        MlflowClient(uri, uri).search_experiments(max_results=1)


@contextmanager
def _run(uri: str) -> Iterator[str]:
    with reachable(uri):
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        mlflow.set_experiment(EXPERIMENT)
        with mlflow.start_run() as run:
            yield run.info.run_id


def log(uri: str, logged: Logged) -> str:
    """Log ``logged`` as a run, register its model, and return the new version.

    Raises:
        ChampionError: The tracking server is out of reach.
    """
    with _run(uri):
        for name, sha256 in logged.datasets.items():
            source = CodeDatasetSource({"source": name, "sha256": sha256})
            mlflow.log_input(MetaDataset(source, name=name, digest=sha256[:36]), context="training")
        mlflow.log_params(dict(logged.parameters))
        mlflow.log_metrics(dict(logged.metrics))
        mlflow.set_tags(dict(logged.tags))
        for name, figure in logged.figures.items():
            mlflow.log_figure(figure, name)
        for name, text in logged.tables.items():
            mlflow.log_text(text, name)
        info = mlflow.pyfunc.log_model(
            name="model",
            python_model=pyfunc.__file__,
            artifacts={"model": str(logged.model)},
            code_paths=[str(Path(str(root.__file__)).parent) for root in ROOTS],
            signature=infer_signature(logged.example, logged.answer),
            input_example=logged.example,
            registered_model_name=NAME,
            pip_requirements=["mlflow", "paylens[serve]"],
        )
    return str(info.registered_model_version)


def place(uri: str, version: str) -> str:
    """Give ``version`` its alias and return it: the first model leads, later ones challenge.

    Raises:
        ChampionError: The tracking server is out of reach.
    """
    alias = CHALLENGER if version_of(uri, CHAMPION) else CHAMPION
    with reachable(uri):
        MlflowClient(uri, uri).set_registered_model_alias(NAME, alias, version)
    return alias
