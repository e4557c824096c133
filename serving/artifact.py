"""A model as a folder of plain files: nothing in it can run code, and every byte is checked.

``manifest.json`` is written last and names the SHA-256 of every other file, so a folder that was
half written, cut short or edited is refused as a whole.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.errors import ArtifactError

FORMAT_VERSION = 1
"""Raised when a file is added or read otherwise; older versions stay readable."""

MANIFEST = "manifest.json"


def write(folder: Path, files: Mapping[str, str], manifest: Mapping[str, Any]) -> None:
    """Write ``files`` (name -> text) and the manifest into ``folder``, replacing what was there.

    The old manifest goes first and the new one comes last: at no moment does a manifest stand
    beside files it does not describe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    for name in files:
        (folder / name).write_text(files[name], encoding="utf-8")
    told = {
        "format_version": FORMAT_VERSION,
        **manifest,
        "files": {name: _sha256(text.encode()) for name, text in files.items()},
    }
    part = folder / f"{MANIFEST}.part"
    part.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(folder / MANIFEST)


def read(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the manifest of the model in ``folder`` and its files' texts, all checked.

    Raises:
        ArtifactError: No manifest, a format version this release cannot read, a file that is
            missing, or one whose SHA-256 is not the manifest's.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactError(f"{folder}: no {MANIFEST}, so this is no model folder") from None
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path}: not readable as JSON ({error})") from error
    if not isinstance(manifest, dict):
        raise ArtifactError(f"{path}: a manifest is a JSON object, found {type(manifest).__name__}")
    version = manifest.get("format_version")
    if version != FORMAT_VERSION:
        raise ArtifactError(
            f"{path}: format version {version!r}, this release reads {FORMAT_VERSION}; "
            "use a newer paylens, or train the model again"
        )
    named = manifest.get("files")
    if not isinstance(named, dict):
        raise ArtifactError(f"{path}: it names no files")
    outside = [name for name in named if Path(name).name != name]
    if outside:
        raise ArtifactError(f"{path}: it names {outside[0]}, a file outside its folder")
    return manifest, {name: _checked(folder / name, sha) for name, sha in named.items()}


def digest(folder: Path) -> str:
    """Return the SHA-256 (hex) of the manifest, which in turn covers every file."""
    return _sha256((folder / MANIFEST).read_bytes())


def _checked(path: Path, sha256: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ArtifactError(f"{path}: the manifest names it, but {error.strerror}") from error
    if _sha256(content) != sha256:
        raise ArtifactError(
            f"{path}: its SHA-256 is not the manifest's (cut short or changed?); "
            "copy the model folder again"
        )
    return content.decode("utf-8")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
