"""The challenger becomes the champion, after it has been proved to load."""

from data.errors import ChampionError
from serving.life.checkup import load_checked
from serving.registry import (
    CHALLENGER,
    NAME,
    crown,
    exists,
    fetch,
    history,
    reachable,
    version_of,
)


def promote(uri: str, version: str | None = None) -> tuple[str, str | None]:
    """Make ``version`` (default: the challenger) the champion; return it and the one before.

    Raises:
        ChampionError: There is no challenger, or the tracking server is out of reach.
        ArtifactError: The model is broken or answers nonsense; the champion stays.
    """
    from mlflow.tracking import MlflowClient

    found = version or (version_of(uri, CHALLENGER) if exists(uri) else None)
    if found is None:
        raise ChampionError(
            f"{uri} has no challenger to promote: train one with paylens-train fit, or name a "
            "version with --version"
        )
    load_checked(fetch(uri, found).folder)
    led = history(uri)
    crown(uri, led if led[-1:] == (found,) else (*led, found))
    with reachable(uri):
        client = MlflowClient(uri, uri)
        if version_of(uri, CHALLENGER) == found:
            client.delete_registered_model_alias(NAME, CHALLENGER)
    return found, led[-1] if led else None
