"""The model in service, and how another takes its place: whole and checked, or not at all."""

from dataclasses import dataclass
from pathlib import Path

from data.errors import ArtifactError, ChampionError
from serving import artifact, registry
from serving.model import CompensationModel


@dataclass(frozen=True, slots=True)
class Live:
    """A loaded model and the version it is known by."""

    model: CompensationModel
    version: str


class Champion:
    """Holds the live model.

    The registry's champion comes first, else the model in ``folder``. A model that cannot be
    loaded never displaces the one in service; ``trouble`` then says why.

    Args:
        folder: A model folder to serve when the registry has no champion.
        uri: The tracking server; None for no registry.
    """

    def __init__(self, folder: Path | None, uri: str | None) -> None:
        self._folder = folder
        self._uri = uri
        self._live: Live | None = None
        self.trouble: str | None = None

    @property
    def live(self) -> Live:
        """Return the model in service.

        Raises:
            ChampionError: There is none; the message says the way out.
        """
        if self._live is None:
            raise ChampionError(
                self.trouble
                or "no model is in service: train one with paylens-train fit, or name a folder "
                "with paylens-serve --model FOLDER"
            )
        return self._live

    def refresh(self) -> bool:
        """Load the model that should be live; return whether another one now is."""
        try:
            found = self._find()
        except (ArtifactError, ChampionError) as error:
            self.trouble = str(error)
            return False
        self.trouble = None
        changed = found is not None and found is not self._live
        self._live = found or self._live
        return changed

    def _find(self) -> Live | None:
        try:
            registered = self._registered()
        except (ArtifactError, ChampionError):
            if self._live is None and self._folder is not None:
                self._live = self._from_folder(self._folder)
            raise
        if registered is not None:
            return registered
        return self._from_folder(self._folder) if self._folder is not None else None

    def _registered(self) -> Live | None:
        if self._uri is None or not registry.exists(self._uri):
            return None
        version = registry.version_of(self._uri, registry.CHAMPION)
        if version is None:
            return None
        if self._live is not None and self._live.version == version:
            return self._live
        found = registry.fetch(self._uri, version)
        return Live(CompensationModel.load(found.folder), version)

    def _from_folder(self, folder: Path) -> Live:
        model = CompensationModel.load(folder)
        version = artifact.digest(folder)[:12]
        if self._live is not None and self._live.version == version:
            return self._live
        return Live(model, version)


def open_model(name: str | None, uri: str, default: Path | None = None) -> Live:
    """Return the model called ``name``: a folder, an MLflow URI, or with None the champion.

    Args:
        name: A folder, ``models:/paylens@alias``, ``models:/paylens/VERSION``, or None.
        uri: The tracking server.
        default: A folder used for the name ``market``.

    Raises:
        ArtifactError: The folder is no whole model.
        ChampionError: Nothing is registered so, or the tracking server is out of reach.
    """
    if name is not None and not name.startswith("models:/"):
        folder = default if name == "market" and default is not None else Path(name)
        return Live(CompensationModel.load(folder), artifact.digest(folder)[:12])
    version = _version(name, uri)
    if version is None:
        raise ChampionError(
            f"{uri} has no {name or 'champion'}: train one with paylens-train fit, or name a model "
            "with --model FOLDER"
        )
    return Live(CompensationModel.load(registry.fetch(uri, version).folder), version)


def _version(name: str | None, uri: str) -> str | None:
    if not registry.exists(uri):
        return None
    asked = (name or f"models:/{registry.NAME}@{registry.CHAMPION}").removeprefix("models:/")
    model, at, alias = asked.partition("@")
    if at:
        return registry.version_of(uri, alias)
    return model.partition("/")[2] or None
