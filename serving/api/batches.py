"""Many predictions at once, made between those of other callers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError

from data.errors import DuplicateItemError, LogFullError, PaylensError, TooLargeError
from serving.api.batch_answer import BatchAnswer, BatchItem
from serving.api.caller import ANYONE, Caller, caller_of
from serving.api.once import IdempotencyKey, Made, Once, fingerprint_of
from serving.api.problems import HEAVY, problem_of
from serving.api.request import (
    BATCH_BYTES,
    BATCH_COMMAS,
    BATCH_ITEMS,
    ITEM_ID_LENGTH,
    BatchRequest,
    ItemRequest,
)
from serving.api.slots import Slots
from serving.service import Service

RETRY_SECONDS = 5
ASKED_EVERY = 100
"""Items after which it is asked whether the caller is still there."""


class Weighed(APIRoute):
    """A route whose body is weighed before it is read: millions of items are never made objects."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()

        async def weighed(request: Request) -> Response:
            stated = request.headers.get("content-length", "")
            require_light(int(stated) if stated.isdecimal() else 0, 0)
            body = await request.body()
            require_light(len(body), body.count(b","))
            return await answer(request)

        return weighed


def require_light(size: int, commas: int) -> None:
    """Check that a body of ``size`` bytes and so many ``commas`` may be a batch that is taken.

    Raises:
        TooLargeError: It is none.
    """
    if size > BATCH_BYTES or commas > BATCH_COMMAS:
        raise TooLargeError(
            f"more than {BATCH_BYTES:,} bytes, or more values than {BATCH_ITEMS:,} items have: "
            "send several batches, or a file to /v1/files"
        )


def router(service: Service, once: Once, most: int) -> APIRouter:
    """Return the route that predicts for many people with ``service``.

    Args:
        service: What predicts.
        once: Keeps answers with a key.
        most: Batches answered at once.
    """
    routes = APIRouter(prefix="/v1/predictions", tags=["predictions"], route_class=Weighed)
    slots = Slots(most, "batches", RETRY_SECONDS)

    @routes.post(
        "/batch", responses={200: {"model": BatchAnswer}, **HEAVY}, response_class=Response
    )
    async def predict_batch(
        batch: BatchRequest, request: Request, idempotency_key: IdempotencyKey = None
    ) -> Response:
        """Predict pay for many people; each item gets its prediction or its problem, in order."""
        if len(batch.items) > BATCH_ITEMS:
            raise TooLargeError(
                f"{len(batch.items):,} items; {BATCH_ITEMS:,} are the most that are taken at once: "
                "send several batches, or a file to /v1/files"
            )
        body = await request.body()

        async def work() -> Made:
            with slots.take():
                service.told()  # without a model the whole batch is refused, not each item alone
                watched = request if idempotency_key is None else None
                told = [each async for each in answers(service, batch, watched, caller_of(request))]
            return Made(
                b'{"items":[' + b",".join(told) + b"]}", {"content-type": "application/json"}
            )

        return await once.answer(
            request, idempotency_key, partial(fingerprint_of, "batch", body), work
        )

    return routes


async def answers(
    service: Service, batch: BatchRequest, watched: Request | None, caller: Caller = ANYONE
) -> AsyncIterator[bytes]:
    """Yield the answer to each item as JSON, letting other requests go on after each.

    A thread would make every other request wait for it again and again, up to 5 ms each time that
    Python's lock is asked for; between two items a request waits for one item.

    Args:
        service: What predicts.
        batch: The items.
        watched: Ends the work when its caller is gone; None goes on.
        caller: Who asks.
    """
    seen: set[str] = set()
    for index, given in enumerate(batch.items):
        yield item(service, index, given, seen, caller).model_dump_json().encode()
        await asyncio.sleep(0)
        if watched and index % ASKED_EVERY == 0 and await watched.is_disconnected():
            return


def item(
    service: Service, index: int, given: object, seen: set[str], caller: Caller = ANYONE
) -> BatchItem:
    """Return the answer to one item of a batch.

    Args:
        service: What predicts.
        index: Of the item, the first being 0.
        given: The item.
        seen: The ids of the items before it; its own is added.
        caller: Who asks.

    Raises:
        LogFullError: No event can be kept. The whole batch is refused then, and nothing of it kept
            under its key: what passes must not be told as the answer to an item. Items before this
            one have their events already, of answers that nobody hears; that is no harm.
    """
    item_id = echoed(given.get("item_id")) if isinstance(given, dict) else None
    try:
        request = ItemRequest.model_validate(given)
        require_new(request.item_id, seen)
        prediction = service.predict(request, caller)
    except LogFullError:
        raise
    except (PaylensError, ValidationError) as error:
        return BatchItem(index=index, item_id=item_id, prediction=None, problem=problem_of(error))
    return BatchItem(index=index, item_id=item_id, prediction=prediction, problem=None)


def echoed(item_id: object) -> str | None:
    """Return the ``item_id`` where it can be given back beside a problem, else None.

    JSON can tell half a character (an escape of one surrogate), of which no answer can be written.
    """
    if not isinstance(item_id, str) or len(item_id) > ITEM_ID_LENGTH:
        return None
    try:
        item_id.encode()
    except UnicodeEncodeError:
        return None
    return item_id


def require_new(item_id: str | None, seen: set[str]) -> None:
    """Check that no item before has the same ``item_id``, and add it to those ``seen``.

    Raises:
        DuplicateItemError: One has.
    """
    if item_id is None:
        return
    if item_id in seen:
        raise DuplicateItemError(
            f"item_id {item_id!r} stands at an earlier item of the batch; give each its own"
        )
    seen.add(item_id)
