"""The challenger becomes the champion, after it has been proved to load."""

from data.errors import ChampionError
from serving.model import CompensationModel
from serving.registry import CHALLENGER, CHAMPION, NAME, exists, fetch, reachable, version_of


def promote(uri: str, version: str | None = None) -> tuple[str, str | None]:
    """Make ``version`` (default: the challenger) the champion; return it and the one before.

    Raises:
        ChampionError: There is no challenger, or the tracking server is out of reach.
        ArtifactError: The model is broken; the champion stays.
    """
    from mlflow.tracking import MlflowClient

    found = version or (version_of(uri, CHALLENGER) if exists(uri) else None)
    if found is None:
        raise ChampionError(
            f"{uri} has no challenger to promote: train one with paylens-train fit, or name a "
            "version with --version"
        )
    CompensationModel.load(fetch(uri, found).folder)
    before = version_of(uri, CHAMPION)
    with reachable(uri):
        client = MlflowClient(uri, uri)
        client.set_registered_model_alias(NAME, CHAMPION, found)
        if version_of(uri, CHALLENGER) == found:
            client.delete_registered_model_alias(NAME, CHALLENGER)
    return found, before
