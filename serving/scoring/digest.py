"""The digest that a file is known by."""

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the digest of the file at ``path``, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
