"""``paylens-serve``: the service on a port, and the commands of whoever runs it."""

from pathlib import Path
from typing import Annotated

import typer

from serving.cli import run
from serving.log.commands import commands as log
from serving.security.commands import commands as keys
from serving.settings import Settings

commands = typer.Typer(add_completion=False)
commands.add_typer(keys, name="keys")
commands.add_typer(log, name="log")

TrackingUri = Annotated[
    str | None, typer.Option(help="Tracking server; default MLFLOW_TRACKING_URI, else SQLite.")
]


@commands.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 1,
    model: Annotated[
        Path | None, typer.Option(help="Model folder, when the registry has no champion.")
    ] = None,
    tracking_uri: TrackingUri = None,
) -> None:
    """Serve predictions and the candidates' form: the registry's champion, else MODEL."""
    if context.invoked_subcommand is not None:
        return
    from serving.life.server import hand_over
    from serving.life.server import serve as serve_on
    from serving.security.enclosure import require_way_in

    flags = {"PAYLENS_MODEL": model, "PAYLENS_WORKERS": workers}
    hand_over({**flags, "MLFLOW_TRACKING_URI": tracking_uri})
    settings = Settings.read()
    settings.access.require_safe(host)
    require_way_in(settings.access)
    serve_on(settings, host, port, workers)


@commands.command()
def rollback(
    *,
    to: Annotated[
        str | None, typer.Option(help="Version that is to lead; default the one before.")
    ] = None,
    tracking_uri: TrackingUri = None,
) -> None:
    """Let the champion before lead again; running services follow by themselves."""
    from serving.life.rollback import roll_back
    from serving.registry import tracking_uri as resolve
    from serving.shown import shown

    uri = resolve(tracking_uri)
    version, before = roll_back(uri, to)
    typer.echo(f"version {version} is champion at {shown(uri)} again (before: {before})")


def main() -> None:
    """Run the command line."""
    run(commands)


if __name__ == "__main__":
    main()
