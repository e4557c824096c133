"""What runs beside the requests, from the first to the last."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
)

from fastapi import FastAPI


def alongside(
    parts: Iterable[AbstractContextManager[object]],
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return a lifespan during which ``parts`` are entered, in order; the last one leaves first."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as entered:
            for part in parts:
                entered.enter_context(part)
            yield

    return lifespan
