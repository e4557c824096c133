"""The keys with which an identity provider signs, followed as it changes them.

A request whose key is known never waits for the provider. One whose key is not known waits for one
look, which all that come meanwhile share, and looks are ``LOOK_APART`` seconds apart: whoever sends
made-up keys cannot make the service ask without end.
"""

import asyncio
import json
import logging
import time
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWKError, PyJWKSetError

from data.errors import CredentialError, ProviderError
from serving.security.access import Provider

LOG = logging.getLogger("uvicorn.error")
LOOK_APART = 30.0
"""Seconds between two looks for keys."""
FRESH = 300.0
"""Seconds after which known keys are looked up again, while they go on being used."""
PATIENCE = 5.0
"""Seconds the provider has to answer."""
LARGEST = 1 << 20

Fetch = Callable[[Provider], Mapping[str, Any]]


def fetch(provider: Provider) -> Mapping[str, Any]:
    """Return the set of keys that ``provider`` publishes (RFC 7517).

    Raises:
        OSError, HTTPException, ValueError: It cannot be reached, or does not answer with one.
    """
    url = provider.jwks_url
    if url is None:
        about = _get(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        url = str(about.get("jwks_uri"))
        if url.split(":")[0] not in {"https", provider.issuer.split(":")[0]}:
            raise ValueError(f"its jwks_uri is {url!r}")
    return _get(url)


def _get(url: str) -> Mapping[str, Any]:
    # The settings allow nothing but https, and http on loopback.
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310
        told = json.loads(answer.read(LARGEST))
    if not isinstance(told, dict):
        raise ValueError(f"{url} answers {type(told).__name__} where an object was needed")  # noqa: TRY004
    return told


class ProviderKeys:
    """What is known of a provider's keys.

    Args:
        provider: The identity provider.
        fetch: Asks it for its keys; runs in a thread.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        provider: Provider,
        fetch: Fetch = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provider = provider
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str | None, PyJWK] = {}
        self._seen_at = self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def key(self, kid: str | None) -> PyJWK:
        """Return the key called ``kid``; None is the only key of a provider with one.

        Raises:
            CredentialError: The provider has no such key.
            ProviderError: It cannot be asked, and what it said before is too old or lacks the key.
        """
        known, age = self._keys.get(kid), self._clock() - self._seen_at
        if known is not None and age < self._provider.keys_kept:
            if age > FRESH:
                self._look()
            return known
        looking = self._look()
        if looking is not None:
            # Whoever hangs up must not end the look for the others.
            await asyncio.shield(looking)
        known = self._keys.get(kid)
        if known is not None and self._clock() - self._seen_at < self._provider.keys_kept:
            return known
        if self._seen_at < self._looked_at:
            raise ProviderError(
                f"the identity provider {self._provider.issuer} is out of reach, so the token "
                "cannot be checked: try again later, or use an API key",
                max(1, round(self._looked_at + LOOK_APART - self._clock())),
            )
        raise CredentialError("the token is signed with a key that its issuer does not publish")

    def _look(self) -> asyncio.Task[None] | None:
        """Return the look that is under way, a new one if it is time, or None."""
        if self._looking is None and self._clock() - self._looked_at >= LOOK_APART:
            self._looking = asyncio.create_task(self._learn())
        return self._looking

    async def _learn(self) -> None:
        looked_at = self._looked_at = self._clock()
        try:
            # A socket's patience is for each read: a provider that drips would never be given up.
            async with asyncio.timeout(2 * PATIENCE):
                told = await asyncio.to_thread(self._fetch, self._provider)
            keys = PyJWKSet.from_dict(dict(told)).keys
        except (OSError, HTTPException, ValueError, PyJWKSetError, PyJWKError) as error:
            LOG.warning(
                "the keys of %s cannot be fetched: %s; those known before go on for a while",
                self._provider.issuer,
                error,
            )
        else:
            self._keys = {key.key_id: key for key in keys}
            if len(keys) == 1:
                self._keys[None] = keys[0]
            self._seen_at = looked_at
        finally:
            self._looking = None
