"""Models registered as a run would, without the run: quick, and broken where a test wants it."""

from pathlib import Path

from serving.registry import NAME


def forget(uri: str) -> None:
    """Delete the registered model with all its versions and aliases, where there is one."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(uri, uri)
    if client.search_registered_models(f"name = '{NAME}'"):
        client.delete_registered_model(NAME)


def register(uri: str, folder: Path, experiment: str = "0") -> str:
    """Register the files of ``folder`` as a model's plain folder; return the new version."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(uri, uri)
    if not client.search_registered_models(f"name = '{NAME}'"):
        client.create_registered_model(NAME)
    run = client.create_run(experiment)
    client.log_artifacts(run.info.run_id, str(folder), "model/artifacts/model")
    source = f"{run.info.artifact_uri}/model"
    return str(client.create_model_version(NAME, source, run.info.run_id).version)


def point(uri: str, alias: str, version: str) -> None:
    """Let ``alias`` name ``version``."""
    from mlflow.tracking import MlflowClient

    MlflowClient(uri, uri).set_registered_model_alias(NAME, alias, version)
