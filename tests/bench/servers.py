"""The servers that are measured side by side: how each is started, and asked."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
OTHERS = ROOT / ".venv-servers" / "bin"
"""Where BentoML and LitServe are installed: they ask for other versions than ours."""

Ask = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""From a request of ours, and the words it was taken for, to the server's own form of it."""


def ours(request: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """Return a request as our service takes it."""
    return request


def row(request: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
    """Return a request as MLflow's server takes it, for our registered model."""
    flat = {
        name: ", ".join(each) if isinstance(each, list) else each for name, each in request.items()
    }
    return {"dataframe_records": [flat]}


def words(_: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Return the recognised words, which the usual model is given ready."""
    return known


def rows_of_words(_: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Return the recognised words as MLflow's server takes them."""
    return {"dataframe_records": [known]}


@dataclass(frozen=True, slots=True)
class Server:
    """One server.

    Attributes:
        name: Short.
        label: As the page calls it.
        command: Without the port, which comes last.
        path: Of its address.
        ask: The form of a request.
        walks: What one request walks through.
        full: Whether it answers what our service does, word for word.
        environment: Besides the usual.
    """

    name: str
    label: str
    command: tuple[str, ...]
    path: str
    ask: Ask
    walks: str
    full: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


OURS, CEILING = "paylens", "ceiling"


def servers(folder: Path, model: Path, trees: str, usual: str) -> list[Server]:
    """Return all servers, ours first.

    Args:
        folder: Where ``tests.bench.serving`` has laid out what they serve.
        model: Folder of our model.
        trees: What one prediction of it walks.
        usual: What one prediction of the usual model walks.
    """
    python = (sys.executable, "-m")
    default = ("--model", str(model), "--tracking-uri", f"sqlite:///{folder / 'none.db'}")
    mlflow = ("mlflow", "models", "serve", "--env-manager", "local", "--workers", "1", "--host")
    bento = (str(OTHERS / "bentoml"), "serve", "tests.bench.peers.bento:Bento")
    uvicorn = (*python, "uvicorn", "--no-access-log")
    given = {"BENCH_MODEL": str(model), "BENCH_SIX": str(folder / "six")}
    found = [
        Server(
            OURS,
            "**paylens**, the whole contract",
            (*python, "serving", *default, "--port"),
            "/v1/predictions",
            ours,
            trees,
            full=True,
        ),
        Server(
            CEILING,
            "the ceiling: paylens, a constant for a model",
            (*python, "tests.bench.peers.ceiling", *default, "--port"),
            "/v1/predictions",
            ours,
            "–",
        ),
        Server(
            "bare",
            "FastAPI alone: validates, answers a constant",
            (*uvicorn, "tests.bench.peers.bare:app", "--port"),
            "/v1/predictions",
            ours,
            "–",
        ),
        Server(
            "mlflow",
            "`mlflow models serve`, our registered model",
            (*python, *mlflow, "127.0.0.1", "--model-uri", str(folder / "ours"), "--port"),
            "/invocations",
            row,
            trees,
        ),
        Server(
            "mlflow-six",
            "`mlflow models serve`, the usual model",
            (*python, *mlflow, "127.0.0.1", "--model-uri", str(folder / "usual"), "--port"),
            "/invocations",
            rows_of_words,
            usual,
        ),
        Server(
            "naive",
            "FastAPI, the usual model",
            (*uvicorn, "tests.bench.peers.naive:app", "--port"),
            "/predict",
            words,
            usual,
            environment=given,
        ),
        Server(
            "bentoml",
            "BentoML, our model class",
            (*bento, "--host", "127.0.0.1", "--port"),
            "/predict",
            lambda request, _: {"person": request},
            trees,
            full=True,
            environment={**given, "PYTHONPATH": str(ROOT), "BENTOML_DO_NOT_TRACK": "True"},
        ),
        Server(
            "litserve",
            "LitServe, our model class",
            (str(OTHERS / "python"), "-m", "tests.bench.peers.lit"),
            "/predict",
            ours,
            trees,
            full=True,
            environment={**given, "PYTHONPATH": str(ROOT)},
        ),
    ]
    return [each for each in found if Path(each.command[0]).exists()]


def environment(server: Server) -> dict[str, str]:
    """Return the whole environment of ``server``."""
    # MLflow starts whichever uvicorn it finds.
    path = f"{Path(server.command[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **server.environment}
