"""``paylens-serve keys``: make, list and revoke API keys."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from data.errors import KeysError
from serving.security import keys
from serving.security.scopes import Scope
from serving.settings import Settings

commands = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


@commands.command()
def create(
    *,
    tenant: Annotated[str, typer.Option(help="The organisation that the key is for.")],
    scopes: Annotated[
        list[str],
        typer.Option(help=f"What it allows, parted by commas: {', '.join(Scope)}."),
    ],
    label: Annotated[str, typer.Option(help="What it is used by, such as 'nightly import'.")] = "",
    days: Annotated[
        int | None, typer.Option(help="Days until it expires; never unless given.", min=1)
    ] = None,
) -> None:
    """Make a key and show it, this once: only its hash is kept."""
    allowed = [scope_of(word) for given in scopes for word in given.replace(",", " ").split()]
    if not allowed or not tenant.strip():
        raise KeysError("a key needs a tenant and at least one scope")
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days) if days else None
    path = Settings.read().access.keys
    key, given = keys.create(path, tenant.strip(), label, allowed, expires)
    typer.echo(
        f"Key {key.id} of {key.tenant} allows {', '.join(key.scopes)}; kept as a hash in {path}. "
        "It is shown this once:",
        err=True,
    )
    typer.echo(given)


@commands.command("list")
def list_keys() -> None:
    """List the keys; their secrets are not known."""
    table = Table("id", "tenant", "label", "scopes", "created", "state")
    now = datetime.now(UTC)
    for key in keys.read(Settings.read().access.keys):
        table.add_row(
            key.id,
            key.tenant,
            key.label,
            " ".join(key.scopes),
            f"{key.created:%Y-%m-%d}",
            state_of(key, now),
        )
    Console().print(table)


@commands.command()
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="As list shows it.")]) -> None:
    """Revoke a key; a running service refuses it within a second or two."""
    key = keys.revoke(Settings.read().access.keys, key_id)
    typer.echo(f"Key {key.id} of {key.tenant} is revoked.")


def scope_of(word: str) -> Scope:
    """Return the scope that ``word`` names.

    Raises:
        KeysError: There is none.
    """
    try:
        return Scope(word)
    except ValueError as error:
        raise KeysError(f"no scope {word!r}; there are {', '.join(Scope)}") from error


def state_of(key: keys.Key, now: datetime) -> str:
    """Return in words whether ``key`` opens anything."""
    if key.revoked is not None:
        return f"revoked {key.revoked:%Y-%m-%d}"
    if key.expires is None:
        return "in force"
    return f"{'until' if key.in_force(now) else 'expired'} {key.expires:%Y-%m-%d}"
