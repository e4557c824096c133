"""A real MLflow registry in a SQLite file, with real models and a broken one."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from serving.model import CompensationModel
from serving.registry import CHAMPION, settle
from tests.training.tracking.registering import point, register
from training.promote import promote

WIDENINGS = (1.0, 1.5)
"""What the residuals of the models are multiplied by: same people, other answers."""


@dataclass(frozen=True)
class Registry:
    """A registry whose models are known.

    Attributes:
        uri: Its address.
        models: Version -> model.
        broken: A registered version that is cut short.
    """

    uri: str
    models: dict[str, CompensationModel]
    broken: str

    def promote(self, version: str) -> None:
        """Make ``version`` the champion, as ``paylens-train promote`` does."""
        promote(self.uri, version)

    def force(self, version: str) -> None:
        """Make ``version`` the champion without looking at it, as anyone may in MLflow."""
        point(self.uri, CHAMPION, version)


def make_registry(model: CompensationModel, folder: Path) -> Registry:
    """Return a registry in ``folder`` whose champion is version 1."""
    settle()
    from mlflow.tracking import MlflowClient

    uri = f"sqlite:///{folder / 'mlflow.db'}"
    client = MlflowClient(uri, uri)
    place = (folder / "artifacts").as_uri()
    experiment = client.create_experiment("chaos", artifact_location=place)
    models = {}
    for widening in WIDENINGS:
        stored = folder / f"wider-{widening:g}"
        model.scaled(widening).save(stored)
        version = register(uri, stored, experiment)
        models[version] = CompensationModel.load(stored)
    broken = Path(shutil.copytree(stored, folder / "broken"))
    with (broken / "location.txt").open("r+b") as file:
        file.truncate(1000)
    registry = Registry(uri, models, register(uri, broken, experiment))
    registry.promote(min(models))
    return registry
