"""OAuth2 bearer tokens of the company's own identity provider (RFC 9068, RFC 8725)."""

import hashlib
from collections.abc import Mapping
from typing import Any

import jwt

from data.errors import CredentialError
from serving.api.caller import RESERVED, Caller
from serving.security.access import Provider
from serving.security.provider_keys import ProviderKeys
from serving.security.scopes import Grant, Scope

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
              "EdDSA")  # fmt: skip
"""Asymmetric ones only: a shared secret would let whoever checks a token make one."""
LEEWAY = 30.0
"""Seconds by which two clocks may differ."""
LONGEST = 200
"""Characters of a claim that names a tenant or a client."""
PROGRAM = ("client_id", "azp", "cid", "appid")
"""Claims that name the program that asks, by the names that providers give them."""


class Tokens:
    """Reads tokens.

    Args:
        provider: The identity provider that signs them.
        keys: Its keys.
    """

    def __init__(self, provider: Provider, keys: ProviderKeys) -> None:
        self._provider = provider
        self._keys = keys

    async def grant(self, given: str) -> Grant:
        """Return what the token ``given`` allows.

        Raises:
            CredentialError: It is broken, out of date, meant for somebody else or not signed by
                the provider.
            ProviderError: The provider must be asked, and is out of reach.
        """
        try:
            header = jwt.get_unverified_header(given)
        except jwt.InvalidTokenError as error:
            raise CredentialError(
                "the credential is neither an API key nor a token: send a key as X-API-Key, or "
                "either as Authorization: Bearer"
            ) from error
        if header.get("alg") not in ALGORITHMS:
            raise CredentialError(f"the token must be signed with one of {', '.join(ALGORITHMS)}")
        key = await self._keys.key(header.get("kid"))
        try:
            claims = jwt.decode(
                given,
                key,
                algorithms=ALGORITHMS,
                audience=self._provider.audience,
                issuer=self._provider.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise CredentialError(f"the token is refused: {error}") from error
        return Grant(Caller(self._tenant(claims), _client(claims)), scopes(claims))

    def _tenant(self, claims: Mapping[str, Any]) -> str:
        claim = self._provider.tenant_claim
        if claim is None:
            return self._provider.issuer
        tenant = _plain(claims, claim)
        if not tenant:
            raise CredentialError(f"the token has no claim {claim}, which names the tenant")
        if tenant in RESERVED:
            raise CredentialError(f"the token's tenant {tenant!r} is a reserved one")
        return tenant


def _client(claims: Mapping[str, Any]) -> str:
    """Return the program that asks, else a digest: a subject may be somebody's e-mail address.

    Raises:
        CredentialError: The claim is no plain text, or no claim names anybody.
    """
    named = next(filter(None, (_plain(claims, name) for name in PROGRAM)), "")
    if named:
        return named
    subject = _plain(claims, "sub")
    if not subject:
        raise CredentialError(
            f"the token names nobody: its sub is empty, and it has none of {', '.join(PROGRAM)}"
        )
    return f"sub-sha256:{hashlib.sha256(subject.encode()).hexdigest()[:16]}"


def _plain(claims: Mapping[str, Any], name: str) -> str:
    """Return the claim called ``name``, "" where there is none.

    What it says is written in logs and databases, which not every character can be.

    Raises:
        CredentialError: It is something else than printable text of a bounded length.
    """
    given = claims.get(name)
    if given is None:
        return ""
    if not isinstance(given, str) or not given.isprintable() or len(given) > LONGEST:
        raise CredentialError(
            f"the token's claim {name} is not printable text of at most {LONGEST} characters"
        )
    return given


def scopes(claims: Mapping[str, Any]) -> frozenset[Scope]:
    """Return our scopes among those of a token, in ``scope`` (words) or ``scp`` (words or list).

    >>> sorted(scopes({"scope": "openid predict files"}))
    [<Scope.FILES: 'files'>, <Scope.PREDICT: 'predict'>]
    """
    given: set[str] = set()
    for name in ("scope", "scp"):
        told = claims.get(name)
        if isinstance(told, str):
            given.update(told.split())
        elif isinstance(told, list):
            given.update(str(each) for each in told)
    return frozenset(scope for scope in Scope if scope in given)
