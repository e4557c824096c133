"""What the account of a request costs: ``python -m tests.serving.observe.cost MODEL_FOLDER``."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from data.recognition import Recogniser
from data.stages import Stages
from serving.api.request import EXAMPLE, PredictionRequest
from serving.champion import Champion
from serving.observe.account import Account
from serving.observe.gathered import Gathered
from serving.observe.logs import request_logger
from serving.observe.metrics import Metrics
from serving.service import Service

TIMES = 10_000


async def answer(_scope: Any, _receive: Any, send: Any) -> None:
    """Answer nothing, as quickly as can be."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def nothing(*_: Any) -> None:
    """Receive and send nothing."""


def microseconds(ask: Callable[[], object], times: int = TIMES) -> float:
    """Return the processor's time of one ``ask``, the least of seven series."""
    found = []
    for _ in range(7):
        began = process_time()
        for _ in range(times):
            ask()
        found.append((process_time() - began) / times)
    return 1e6 * min(found)


def through(app: Any) -> Callable[[], None]:
    """Return what sends a hundred requests through ``app``."""

    async def ask() -> None:
        for _ in range(100):
            scope = {"type": "http", "method": "POST", "root_path": "", "headers": [], "state": {}}
            await app(scope, nothing, nothing)

    return lambda: asyncio.run(ask())


def main() -> None:
    """Print the costs."""
    champion, metrics = Champion(Path(sys.argv[1]), None), Metrics()
    champion.refresh()
    service = Service(champion, Recogniser(Stages()))
    told = service.predict(PredictionRequest(**EXAMPLE))
    with Path("/dev/null").open("wb") as out:
        log = request_logger("json", "info", Gathered(out))
        plain, counted, logged = (
            microseconds(through(app), 50) / 100
            for app in (
                answer,
                Account(answer, champion, metrics),
                Account(answer, champion, metrics, log),
            )
        )
    costs = {
        "metrics of a request": microseconds(
            lambda: metrics.answered("/v1/predictions", "POST", 200, 0.003)
        ),
        "metrics of a prediction": microseconds(lambda: metrics.predicted(told)),
        "the account around a request, its metrics included": counted - plain,
        "its line in the log": logged - counted,
        "the prediction itself": microseconds(
            lambda: service.predict(PredictionRequest(**EXAMPLE)), 100
        ),
    }
    for what, cost in costs.items():
        print(f"{what:<52} {cost:7.1f} µs")  # noqa: T201


if __name__ == "__main__":
    main()
