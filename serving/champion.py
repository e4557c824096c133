"""The model in service, and how another takes its place: whole and checked, or not at all."""

import re
from dataclasses import dataclass
from pathlib import Path

from data.errors import ArtifactError, ChampionError
from serving import artifact, registry
from serving.model import CompensationModel

MODELS = "models:/"
"""How the name of a registered model begins."""


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

    @property
    def serves(self) -> bool:
        """Return whether a model is in service."""
        return self._live is not None

    def refresh(self) -> bool:
        """Load the model that should be live; return whether another one now is."""
        before, troubles = self._live, []
        for find in (self._registered, self._from_folder):
            try:
                found = find()
            except (ArtifactError, ChampionError) as error:
                troubles.append(str(error))
                found = self._live
            if found is not None:
                self._live = found
                break
        self.trouble = troubles[0] if troubles else None
        return self._live is not before

    def recall(self, version: str) -> Live:
        """Return the model that answers as ``version``, in service or not.

        Raises:
            ChampionError: It is no longer at hand.
            ArtifactError: What is there of it is no whole model.
        """
        if self._live is not None and self._live.version == version:
            return self._live
        if self._uri is not None and version.isdecimal() and registry.exists(self._uri):
            return Live(CompensationModel.load(registry.fetch(self._uri, version).folder), version)
        if self._folder is not None:
            found = _of_folder(self._folder)
            if found.version == version:
                return found
        raise ChampionError(f"model {version} is no longer at hand")

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

    def _from_folder(self) -> Live | None:
        if self._folder is None:
            return None
        found = _of_folder(self._folder)
        if self._live is not None and self._live.version == found.version:
            return self._live
        return found


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
    if name is not None and not name.startswith(MODELS):
        return _of_folder(default if name == "market" and default is not None else Path(name))
    version = _version(name or f"{MODELS}{registry.NAME}@{registry.CHAMPION}", uri)
    if version is None:
        raise ChampionError(
            f"{uri} has no {name or 'champion'}: train one with paylens-train fit, or name a model "
            "with --model FOLDER"
        )
    return Live(CompensationModel.load(registry.fetch(uri, version).folder), version)


def _of_folder(folder: Path) -> Live:
    return Live(CompensationModel.load(folder), artifact.digest(folder)[:12])


def _version(name: str, uri: str) -> str | None:
    asked = re.fullmatch(rf"{MODELS}{registry.NAME}(@(?P<alias>[\w-]+)|/(?P<version>\d+))", name)
    if asked is None:
        raise ChampionError(
            f"{name!r} names no model of ours: {MODELS}{registry.NAME}@{registry.CHAMPION}, "
            f"{MODELS}{registry.NAME}/VERSION (a number) or a folder"
        )
    if not registry.exists(uri):
        return None
    return asked["version"] or registry.version_of(uri, asked["alias"])
