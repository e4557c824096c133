"""``paylens-serve``: the service on a port, and the commands of whoever runs it."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from serving.app import create_app
from serving.cli import run
from serving.log.commands import commands as log
from serving.security.commands import commands as keys
from serving.settings import Settings

commands = typer.Typer(add_completion=False)
commands.add_typer(keys, name="keys")
commands.add_typer(log, name="log")


@commands.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    model: Annotated[
        Path | None, typer.Option(help="Model folder, when the registry has no champion.")
    ] = None,
    tracking_uri: Annotated[
        str | None, typer.Option(help="Tracking server; default MLFLOW_TRACKING_URI, else SQLite.")
    ] = None,
) -> None:
    """Serve predictions and the candidates' form: the registry's champion, else MODEL."""
    if context.invoked_subcommand is not None:
        return
    settings = Settings.read()
    if model is not None:
        settings = replace(settings, model=model)
    if tracking_uri is not None:
        settings = replace(settings, tracking_uri=tracking_uri)
    settings.access.require_safe(host)
    app = create_app(settings)
    uvicorn.run(app, host=host, port=port, log_level="info", access_log=False)


def main() -> None:
    """Run the command line."""
    run(commands)


if __name__ == "__main__":
    main()
