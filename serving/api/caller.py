"""Who asks: told by whatever let the request in, read by whatever keeps account of it."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        tenant: The organisation, the same for all its programs.
        client: The program: the id of its key or the client of its token, never a person's name.
    """

    tenant: str
    client: str


ANYONE = Caller("local", "anonymous")
"""Whoever asks where nobody is asked who they are."""

FORM = Caller("form", "form")
"""Whoever asks by the form: no candidate is told from another."""

RESERVED = frozenset({ANYONE.tenant, FORM.tenant})
"""Tenants of nobody who is known: a key or token of theirs could read what others were told."""


def caller_of(connection: HTTPConnection) -> Caller:
    """Return who asks; ``ANYONE`` where the request passed no gate."""
    # Not by ``connection.state``: what is not there is told by two exceptions, on every request.
    caller: Caller = connection.scope.get("state", {}).get("caller", ANYONE)
    return caller


def let_in(connection: HTTPConnection, caller: Caller) -> None:
    """Note that ``caller`` asks."""
    connection.state.caller = caller
