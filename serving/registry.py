"""Which model is live: the registry's alias resolved to a folder, through MLflow's light client.

The only room of the service that imports mlflow, and only while a model is looked for: never at
start without a registry, never on the way of a request.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data.errors import ChampionError
from serving.shown import shown

NAME = "paylens"
"""The registered model's name."""

CHAMPION, CHALLENGER = "champion", "challenger"

HISTORY = "paylens.champions"
"""The registered model's tag that says which versions led, oldest first."""

MOST_NOTED = 100

FOLDER = "artifacts/model"
"""Where the plain model folder lies inside a logged MLflow model."""

LOCAL_DATABASE = "mlflow.db"
SQLITE = b"SQLite format 3\x00"

SETTINGS = {
    # MLflow would try a dead server for minutes; ours says so at once.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    # It would tell its makers of every run; who trains on pay has not asked for that.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # Bars and notes about itself, on the lines of a command or a service's log.
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
}
"""What MLflow is told in its environment; what already stands there wins."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered version and the local folder its plain files are in."""

    version: str
    folder: Path


def tracking_uri(given: str | None = None) -> str:
    """Return the tracking server: as given, from the environment, else SQLite in this folder."""
    return given or os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{LOCAL_DATABASE}"


def exists(uri: str) -> bool:
    """Return whether a registry can be there: a SQLite file not yet made holds none.

    Raises:
        ChampionError: The file is there and is no SQLite database.
    """
    kind, _, path = uri.partition("sqlite:///")
    if kind or not Path(path).exists():
        return bool(kind)
    with Path(path).open("rb") as file:
        begin = file.read(len(SQLITE))
    # An empty file is a database without tables yet; anything else would fail deep in MLflow.
    if begin not in (b"", SQLITE):
        raise ChampionError(
            f"{path}: no SQLite database; move it away, or name another with MLFLOW_TRACKING_URI"
        )
    return True


def version_of(uri: str, alias: str) -> str | None:
    """Return the version that ``alias`` names; None where nothing is registered under it.

    Raises:
        ChampionError: The tracking server is out of reach.
    """
    with reachable(uri):
        from mlflow.tracking import MlflowClient

        # A search, as asking for the alias fails alike for no alias and for no registry.
        found = MlflowClient(uri, uri).search_registered_models(f"name = '{NAME}'")
    version = found[0].aliases.get(alias) if found else None
    return None if version is None else str(version)


def fetch(uri: str, version: str, into: Path | None = None) -> Registered:
    """Return the registered ``version`` with its folder, downloaded where it is not local.

    Args:
        uri: The tracking server.
        version: The registered version.
        into: Where its files are copied; None for where they lie or a folder that is left behind.

    Raises:
        ChampionError: The tracking server is out of reach, or has no such version.
    """
    with reachable(uri):
        import mlflow
        from mlflow.exceptions import MlflowException
        from mlflow.tracking import MlflowClient

        try:
            source = MlflowClient(uri, uri).get_model_version_download_uri(NAME, version)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                raise ChampionError(f"{shown(uri)} has no version {version!r} of {NAME}") from error
            raise
        # By name: set_tracking_uri would change the environment of the whole process.
        root = mlflow.artifacts.download_artifacts(
            source, dst_path=None if into is None else str(into), tracking_uri=uri
        )
    return Registered(version, Path(root) / FOLDER)


def history(uri: str) -> tuple[str, ...]:
    """Return the versions that led, oldest first, as far as they were noted; the last one leads.

    An alias that was moved by other means than ours is noted when it is next asked for.

    Raises:
        ChampionError: The tracking server is out of reach.
    """
    with reachable(uri):
        from mlflow.tracking import MlflowClient

        found = MlflowClient(uri, uri).search_registered_models(f"name = '{NAME}'")
    if not found:
        return ()
    noted = [each for each in found[0].tags.get(HISTORY, "").split(",") if each]
    leads = found[0].aliases.get(CHAMPION)
    if leads is not None and noted[-1:] != [str(leads)]:
        noted.append(str(leads))
    return tuple(noted)


def crown(uri: str, succession: tuple[str, ...]) -> None:
    """Make the last version of ``succession`` the champion, and note who led before.

    Raises:
        ChampionError: The tracking server is out of reach.
    """
    with reachable(uri):
        from mlflow.tracking import MlflowClient

        client = MlflowClient(uri, uri)
        client.set_registered_model_alias(NAME, CHAMPION, succession[-1])
        client.set_registered_model_tag(NAME, HISTORY, ",".join(succession[-MOST_NOTED:]))


def settle() -> None:
    """Put ``SETTINGS`` into the environment, which MLflow reads when it is imported."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)


@contextmanager
def reachable(uri: str) -> Iterator[None]:
    """Turn MLflow's failures inside the block into one line.

    Raises:
        ChampionError: MLflow could not do what was asked.
    """
    settle()
    from mlflow.exceptions import MlflowException

    try:
        yield
    except (MlflowException, OSError, ImportError) as error:  # a database's driver is not there
        first = str(error).strip().partition("\n")[0][:200].replace(uri, shown(uri))
        raise ChampionError(
            f"the tracking server {shown(uri)} did not answer ({first}); start it, or name another "
            "with MLFLOW_TRACKING_URI"
        ) from error
