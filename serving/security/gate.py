"""The gate: who asks, whether they may, and whether they ask too often."""

import ipaddress
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from data.errors import AccessError, CredentialError, ProviderError, RateError, ScopeError
from serving.api.caller import let_in
from serving.api.envelope import headers_of
from serving.api.problems import answer
from serving.security.access import Access
from serving.security.keys import PREFIX, KeyRing
from serving.security.rates import Rates
from serving.security.scopes import Addresses, Grant, Open
from serving.web.form import too_often

if TYPE_CHECKING:
    from serving.security.tokens import Tokens

FORM = "/"
"""Where people ask, who are refused with a page."""


class Gate:
    """Lets requests in.

    Args:
        app: What answers them.
        access: The settings.
        keys: The keys in force; None where the API is open.
        tokens: Reads the identity provider's tokens; None without one.
        rates: Counts.
        addresses: What each address needs.
    """

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        keys: KeyRing | None,
        tokens: "Tokens | None",
        rates: Rates,
        addresses: Addresses,
    ) -> None:
        self._app = app
        self._access = access
        self._keys = keys
        self._tokens = tokens
        self._rates = rates
        self._addresses = addresses

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            if scope["type"] == "lifespan":
                await self._rates.close()
            return
        connection = HTTPConnection(scope)
        try:
            await self._pass(connection)
        except (AccessError, HTTPException) as error:
            refusal = answer(connection, error)
            if isinstance(error, RateError) and scope["path"] == FORM:
                refusal = too_often(connection, error.retry_after)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _pass(self, connection: HTTPConnection) -> None:
        need = self._addresses.need_of(connection.scope["method"], connection.scope["path"])
        if need is Open.ALWAYS:
            return
        if need is Open.FORM:
            await self._pass_form(connection)
        elif self._keys is None:
            await self._take(connection, "client", address_of(connection))
        else:
            try:
                grant = await self._grant(connection, self._keys)
            except CredentialError:
                # So that trying keys costs no more than asking; 256 random bits need no more.
                await self._take_by_address(connection, "failed")
                raise
            await self._take_known(connection, grant)
            if need not in grant.scopes:
                raise ScopeError(need, sorted(grant.scopes))

    async def _pass_form(self, connection: HTTPConnection) -> None:
        """Count whoever is known by their own rate, and all others by address."""
        if self._keys is not None and credential_of(connection):
            try:
                grant = await self._grant(connection, self._keys)
            except (CredentialError, ProviderError):
                pass  # nobody needs a key here
            else:
                await self._take_known(connection, grant)
                return
        await self._take_by_address(connection, "form")

    async def _grant(self, connection: HTTPConnection, keys: KeyRing) -> Grant:
        given = credential_of(connection)
        if not given:
            raise CredentialError(
                "nobody known asks: send an API key as X-API-Key, or a key or token as "
                "Authorization: Bearer",
                given=False,
            )
        if given.startswith(PREFIX) or self._tokens is None:
            return keys.grant(given)
        return await self._tokens.grant(given)

    async def _take_known(self, connection: HTTPConnection, grant: Grant) -> None:
        let_in(connection, grant.caller)
        await self._take(connection, "client", f"{grant.caller.tenant} {grant.caller.client}")

    async def _take(self, connection: HTTPConnection, name: str, who: str) -> None:
        if self._access.rate is not None:
            await self._rates.take(self._access.rate, name, who, headers_of(connection))

    async def _take_by_address(self, connection: HTTPConnection, name: str) -> None:
        if self._access.form_rate is not None:
            who = address_of(connection)
            await self._rates.take(self._access.form_rate, name, who, headers_of(connection))


def credential_of(connection: HTTPConnection) -> str:
    """Return the key or token that comes with a request, "" where none does."""
    given = connection.headers.get("x-api-key", "").strip()
    if given:
        return given
    kind, _, rest = connection.headers.get("authorization", "").partition(" ")
    return rest.strip() if kind.lower() == "bearer" else ""


def address_of(connection: HTTPConnection) -> str:
    """Return where a request comes from; of IPv6 the network, as one person has all of one."""
    host = connection.client.host if connection.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.IPv6Network((int(address), 64), strict=False))
        return str(address.ipv4_mapped)
    return host
