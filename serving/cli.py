"""What all commands share: one line on an error and exit 1, never a traceback."""

import sys

import typer

from data.errors import PaylensError


def run(commands: typer.Typer) -> None:
    """Run ``commands``; an error of ours becomes one line on standard error and exit 1."""
    try:
        commands()
    except PaylensError as error:
        say(error)
        sys.exit(1)


def say(error: PaylensError) -> None:
    """Write ``error`` as one line on standard error."""
    line = " ".join(str(error).split())
    typer.echo(f"error: {line}", err=True)
