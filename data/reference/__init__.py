"""Public facts the service leans on, as files a person can edit, each with its source and date."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from data.errors import VocabularyError

FOLDER = Path(__file__).parent


@cache
def reference(name: str) -> dict[str, Any]:
    """Return the reference file ``name`` (a TOML file of this folder, named without its ending).

    Raises:
        VocabularyError: There is no such file, or it is not TOML.
    """
    try:
        return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(f"{name}.toml: {error}") from error
