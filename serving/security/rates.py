"""How often each may ask: counted here, or in Redis for several instances together.

A window is fixed, so that what ``Retry-After`` says holds to the second and a count is one number.
Redis is never in the way: while it cannot be reached each process counts alone. One that counts
alone beside other workers lets in its part of the limit, so that they keep to it together.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.errors import StorageError

from data.errors import RateError

LOG = logging.getLogger("uvicorn.error")
PATIENCE = 0.25
"""Seconds that Redis has to answer."""
TRY_AGAIN = 5.0
"""Seconds after which Redis is tried again."""

Headers = list[tuple[bytes, bytes]]


class Rates:
    """Counts what is asked.

    Args:
        redis_url: Where to count; None for here.
        clock: Seconds that never go back.
        workers: Processes of the instance, of which this is one.
    """

    def __init__(
        self,
        redis_url: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        workers: int = 1,
    ) -> None:
        self._own = MemoryStorage()
        self._shared = _redis(redis_url) if redis_url else None
        self._clock = clock
        self._workers = workers
        self._try_at = clock()

    async def take(self, limit: RateLimitItem, name: str, who: str, headers: Headers) -> None:
        """Count one request of ``who``, and put in ``headers`` how many are left.

        Raises:
            RateError: There were more than ``limit``.
        """
        count, ends, limit = await self._count(limit, name, who)
        left, seconds = max(0, limit.amount - count), max(1, math.ceil(ends - time.time()))
        # draft-ietf-httpapi-ratelimit-headers-10: quota and window, what is left and until when.
        policy = f'"{name}";q={limit.amount};w={limit.get_expiry()}'
        headers.append((b"ratelimit-policy", policy.encode()))
        headers.append((b"ratelimit", f'"{name}";r={left};t={seconds}'.encode()))
        if count > limit.amount:
            raise RateError(str(limit), seconds)

    async def close(self) -> None:
        """Leave Redis."""
        if self._shared is not None:
            # limits has no call that closes what it opened.
            bridge: Any = self._shared.bridge
            await bridge.storage.aclose()

    async def _count(
        self, limit: RateLimitItem, name: str, who: str
    ) -> tuple[int, float, RateLimitItem]:
        if self._shared is not None and self._clock() >= self._try_at:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await _hit(self._shared, limit, name, who)
            except (StorageError, TimeoutError) as error:
                self._try_at = self._clock() + TRY_AGAIN
                LOG.warning("Redis cannot be asked (%r): this process counts alone", error)
        return await _hit(self._own, part_of(limit, self._workers), name, who)


async def _hit(
    storage: Storage, limit: RateLimitItem, name: str, who: str
) -> tuple[int, float, RateLimitItem]:
    key = limit.key_for(name, who)
    count = await storage.incr(key, limit.get_expiry())
    return count, await storage.get_expiry(key), limit


@cache
def part_of(limit: RateLimitItem, workers: int) -> RateLimitItem:
    """Return what one of several ``workers`` lets in of ``limit``: at least 1.

    >>> from limits import parse
    >>> part_of(parse("30/minute"), 4)
    7 per 1 minute
    """
    return type(limit)(max(1, limit.amount // workers), limit.multiples, limit.namespace)


def _redis(url: str) -> RedisStorage:
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    options: dict[str, Any] = {
        "socket_connect_timeout": PATIENCE,
        "socket_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 0),
    }
    return RedisStorage(
        f"async+{url}",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix="paylens",
        **options,
    )
