"""The champion before leads again."""

from pathlib import Path
from tempfile import TemporaryDirectory

from data.errors import ChampionError
from serving.life.checkup import load_checked
from serving.registry import NAME, crown, exists, fetch, history
from serving.shown import shown


def roll_back(uri: str, to: str | None = None) -> tuple[str, str | None]:
    """Let the version that led before lead again; return it and the one that led until now.

    Rolling back twice goes back twice: whoever is rolled back leaves the line of succession.

    Args:
        uri: The tracking server.
        to: The version that is to lead; None for the one before.

    Raises:
        ChampionError: No version led before, there is no such version, it leads already, or the
            tracking server is out of reach.
        ArtifactError: That version is broken or answers nonsense; the champion stays.
    """
    led = history(uri) if exists(uri) else ()
    leads = led[-1] if led else None
    if to is None and len(led) < 2:
        raise ChampionError(
            f"{shown(uri)} notes no champion of {NAME} before "
            f"{leads or 'any other'}; name a version with --to VERSION"
        )
    found = to or led[-2]
    if found == leads:
        raise ChampionError(
            f"version {found} is the champion at {shown(uri)} already; name another with --to"
        )
    with TemporaryDirectory(prefix="paylens-") as into:
        load_checked(fetch(uri, found, Path(into)).folder)
    # Up to its last time in the lead; a version that never led is put in the place of who leads.
    last = max((place for place, each in enumerate(led) if each == found), default=len(led) - 1)
    crown(uri, (*led[: max(last, 0)], found))
    return found, leads
