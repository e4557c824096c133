"""The model in service, and how another takes its place: whole and checked, or not at all."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import perf_counter
from typing import Protocol, TypeVar

from data.errors import ArtifactError, ChampionError, CheckupError
from serving import artifact, registry
from serving.life.checkup import load_checked
from serving.life.kept import Kept
from serving.life.refusals import Refusals
from serving.model import CompensationModel

MODELS = "models:/"
"""How the name of a registered model begins."""

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True)
class Live:
    """A loaded model and the version it is known by."""

    model: CompensationModel
    version: str


class Witness(Protocol):
    """Who is told what becomes of models."""

    def swapped(self, live: Live, seconds: float) -> None:
        """Note that ``live`` is in service, ``seconds`` after it began to be loaded."""

    def refused(self, kind: str, reason: str) -> None:
        """Note that a model was refused, or that its registry was out of reach (``kind``)."""

    def looked(self, trouble: str | None) -> None:
        """Note that the champion was looked for, and what went wrong."""


class Champion:
    """Holds the live model.

    The registry's champion comes first, else the model in ``folder``. A model that cannot be
    loaded never displaces the one in service; ``trouble`` then says why.

    Args:
        folder: A model folder to serve when the registry has no champion.
        uri: The tracking server; None for no registry.
        kept: Copies of what the registry named, for when it does not answer.
        witness: Who is told of swaps and refusals.
    """

    def __init__(
        self,
        folder: Path | None,
        uri: str | None,
        kept: Kept | None = None,
        witness: Witness | None = None,
    ) -> None:
        self._folder = folder
        self._uri = uri
        self._kept = kept
        self._witness = witness
        self._live: Live | None = None
        self._seen: object = None
        self._registrys, self._folders = Refusals(), Refusals()
        self._looking = Lock()
        self._pinned: ContextVar[Live | None] = ContextVar("pinned", default=None)
        self.trouble: str | None = None

    @property
    def live(self) -> Live:
        """Return the model in service; inside ``pinned``, the one that was when it began.

        Raises:
            ChampionError: There is none; the message says the way out.
        """
        live = self._pinned.get() or self._live
        if live is None:
            raise ChampionError(
                self.trouble
                or "no model is in service: train one with paylens-train fit, or name a folder "
                "with paylens-serve --model FOLDER"
            )
        return live

    @property
    def serves(self) -> bool:
        """Return whether a model is in service."""
        return self._live is not None

    @contextmanager
    def pinned(self) -> Iterator[Live | None]:
        """Keep the model now in service for the block, whatever is swapped meanwhile."""
        token = self._pinned.set(self._live)
        try:
            yield self._live
        finally:
            self._pinned.reset(token)

    def refresh(self) -> bool:
        """Load the model that should be live; return whether another one now is.

        One thread at a time; requests go on with the old model until the new one is whole.
        """
        with self._looking:
            before, troubles, began = self._live, [], perf_counter()
            for find in (self._registered, self._from_folder):
                try:
                    found = find()
                except (ArtifactError, ChampionError) as error:
                    troubles.append(str(error))
                    found = self._live or self._kept_copy()
                except OSError as error:
                    # Models are unpacked where temporary files lie: the disk may be full.
                    troubles.append(f"the model that should lead cannot be loaded here: {error}")
                    self._tell("disk", troubles[-1])
                    found = self._live or self._kept_copy()
                if found is not None:
                    self._live = found
                    break
            self.trouble = troubles[0] if troubles else None
            swapped = self._live is not None and self._live is not before
        if self._witness:
            if swapped and self._live:
                self._witness.swapped(self._live, perf_counter() - began)
            self._witness.looked(self.trouble)
        return swapped

    def recall(self, version: str) -> Live:
        """Return the model that answers as ``version``, in service or not.

        Raises:
            ChampionError: It is no longer at hand.
            ArtifactError: What is there of it is no whole model.
        """
        if self._live is not None and self._live.version == version:
            return self._live
        if self._uri is not None and version.isdecimal():
            registered = self._of_the_past(self._uri, version)
            if registered is not None:
                return registered
        if self._folder is not None:
            found = _of_folder(self._folder)
            if found.version == version:
                return found
        raise ChampionError(f"model {version} is no longer at hand")

    def _of_the_past(self, uri: str, version: str) -> Live | None:
        copy = self._kept.find(uri, version) if self._kept is not None else None
        if copy is not None:
            try:
                return Live(CompensationModel.load(copy), version)
            except ArtifactError as error:
                self._tell("kept", str(error))
        if not registry.exists(uri):
            return None
        with TemporaryDirectory(prefix="paylens-") as into:
            folder = registry.fetch(uri, version, Path(into)).folder
            return Live(CompensationModel.load(folder), version)

    def _registered(self) -> Live | None:
        uri = self._uri
        if uri is None or not self._asked(lambda: registry.exists(uri)):
            return None
        version = self._asked(lambda: registry.version_of(uri, registry.CHAMPION))
        if version is None:
            return None
        if self._live is not None and self._live.version == version:
            self._registrys.forget()
            return self._live
        live = self._registrys.unless_refused(version, lambda: self._download(uri, version))
        self._seen = None
        return live

    def _download(self, uri: str, version: str) -> Live:
        # Into a folder that goes again: a downloaded model would stay on the disk for ever.
        with TemporaryDirectory(prefix="paylens-") as into:
            found = self._asked(lambda: registry.fetch(uri, version, Path(into)))
            live = Live(self._checked(partial(_registered, version), found.folder), version)
            if self._kept is not None:
                self._kept.keep(uri, version, found.folder)
        return live

    def _from_folder(self) -> Live | None:
        folder = self._folder
        if folder is None:
            return None
        seen = _state(folder)
        if self._live is not None and self._seen == seen:
            return self._live
        found = self._folders.unless_refused(seen, lambda: self._checked(_of_folder, folder))
        self._seen = seen
        if self._live is not None and self._live.version == found.version:
            return self._live
        return found

    def _kept_copy(self) -> Live | None:
        if self._kept is None or self._uri is None:
            return None
        try:
            last = self._kept.last(self._uri)
            return Live(load_checked(last[1]), last[0]) if last else None
        except (ArtifactError, OSError) as error:
            self._tell("kept", str(error))
            return None

    def _checked(self, load: Callable[[Path], Loaded], folder: Path) -> Loaded:
        try:
            return load(folder)
        except ArtifactError as error:
            self._tell("checkup" if isinstance(error, CheckupError) else "artifact", str(error))
            raise

    def _asked(self, ask: Callable[[], Loaded]) -> Loaded:
        try:
            return ask()
        except ChampionError as error:
            self._tell("registry", str(error))
            raise

    def _tell(self, kind: str, reason: str) -> None:
        if self._witness:
            self._witness.refused(kind, reason)


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
    return Live(load_checked(registry.fetch(uri, version).folder), version)


def _registered(version: str, folder: Path) -> CompensationModel:
    try:
        return load_checked(folder)
    except ArtifactError as error:
        # Not by the folder it was copied into, which is gone when somebody reads this.
        named = str(error).replace(str(folder), f"{MODELS}{registry.NAME}/{version}")
        raise type(error)(named) from error


def _of_folder(folder: Path) -> Live:
    return Live(load_checked(folder), artifact.digest(folder)[:12])


def _state(folder: Path) -> object:
    """Return what changes when a file of ``folder`` is written; cheap enough for every look."""
    try:
        found = [(each.name, each.stat()) for each in folder.iterdir()]
    except OSError as error:
        return str(error)
    return sorted((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in found)


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
