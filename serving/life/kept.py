"""Copies of the models that the registry named, so that a restart needs no registry.

A worker that starts while the registry is out of reach, or while a broken model leads there, serves
what was in service before. Folders are named by the digest of their manifest and appear whole.
"""

import hashlib
import json
import logging
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from data.errors import ArtifactError
from serving import artifact

LOG = logging.getLogger(__name__)
MOST = 3
"""Copies kept; older ones are deleted."""


class Kept:
    """Copies of models under ``folder``, and which of them a registry last had in service."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, uri: str, version: str, model: Path) -> None:
        """Copy the folder ``model``, which has been checked, as the last model of ``uri``.

        A disk that does not let itself be written to is told in the log: the model serves anyway.
        """
        name = artifact.digest(model)[:12]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not (self._folder / name).exists():
                self._copy(model, name)
            os.utime(self._folder / name)
            self._note(uri, version, name)
            self._prune()
        except OSError as error:
            LOG.warning("model %s serves, but no copy of it is kept: %s", version, error)

    def last(self, uri: str) -> tuple[str, Path] | None:
        """Return version and folder of the model that ``uri`` last had in service, if known."""
        try:
            noted = json.loads(self._last(uri).read_text(encoding="utf-8"))
            return str(noted["version"]), self._folder / str(noted["folder"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ArtifactError(f"{self._last(uri)}: not readable ({error}); delete it") from error

    def find(self, uri: str, version: str) -> Path | None:
        """Return the copy of the model that ``uri`` calls ``version``, if one is still kept."""
        try:
            name = json.loads(self._last(uri).read_text(encoding="utf-8"))["versions"][version]
        except (OSError, ValueError, LookupError, TypeError):
            return None
        folder = self._folder / str(name)
        return folder if folder.is_dir() else None

    def _copy(self, model: Path, name: str) -> None:
        with TemporaryDirectory(dir=self._folder, prefix="copying-") as part:
            copied = shutil.copytree(model, Path(part) / name)
            try:
                copied.rename(self._folder / name)
            except OSError:
                # Another worker was first, with the same files.
                if not (self._folder / name).exists():
                    raise

    def _note(self, uri: str, version: str, name: str) -> None:
        try:
            versions = dict(json.loads(self._last(uri).read_text(encoding="utf-8"))["versions"])
        except (OSError, ValueError, LookupError, TypeError):
            versions = {}
        there = {each: kept for each, kept in versions.items() if (self._folder / kept).is_dir()}
        noted = {"version": version, "folder": name, "versions": {**there, version: name}}
        part = self._folder / f"{self._last(uri).name}.{os.getpid()}"
        part.write_text(json.dumps(noted), encoding="utf-8")
        part.replace(self._last(uri))

    def _last(self, uri: str) -> Path:
        # A digest, since the address of a registry may hold a password.
        return self._folder / f"last-{hashlib.sha256(uri.encode()).hexdigest()[:12]}.json"

    def _prune(self) -> None:
        copies = [each.parent for each in self._folder.glob(f"*/{artifact.MANIFEST}")]
        for old in sorted(copies, key=lambda each: each.stat().st_mtime)[:-MOST]:
            shutil.rmtree(old, ignore_errors=True)
