"""A bounded load of clients that keep their connections, each answer held against what is known."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx2

from tests.chaos.answers import PEOPLE, Reigns, known

DESIGNED = {"/problems/no-model", "/problems/draining", "/problems/log-full"}
"""Types of problems that a request may meet by design, with status 503."""

PATIENCE_SECONDS = 30.0
BATCH = 20
SLOW_SECONDS = 0.6
"""Between the halves of a request that is sent slowly: one in flight whenever something breaks."""


@dataclass
class Tally:
    """What became of the requests."""

    requests: int = 0
    refused: int = 0
    ids: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0


class Load:
    """Asks ``url`` and checks what it answers.

    Args:
        url: The service.
        answers: Version -> what it must answer to each of ``PEOPLE``.
        reigns: Which version may answer when.
        headers: What a request needs to be let in.
    """

    def __init__(
        self,
        url: str,
        answers: dict[str, list[dict[str, Any]]],
        reigns: Reigns,
        headers: dict[str, str],
    ) -> None:
        self._url = url
        self._answers = answers
        self._reigns = reigns
        self._headers = headers
        self.tally = Tally()
        self.over = asyncio.Event()

    async def run(self, clients: int, pause: float) -> None:
        """Ask from ``clients`` connections, each ``pause`` seconds after its last answer."""
        asks = [self._one, self._many, self._slow]
        async with asyncio.TaskGroup() as group:
            for number in range(clients):
                ask = asks[number] if number < len(asks) else self._one
                group.create_task(self._client(ask, pause, random.Random(number)))  # noqa: S311

    async def _client(self, ask: Any, pause: float, chance: random.Random) -> None:
        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
        async with httpx2.AsyncClient(
            base_url=self._url, headers=self._headers, timeout=PATIENCE_SECONDS, limits=limits
        ) as client:
            while not self.over.is_set():
                began = monotonic()
                self.tally.requests += 1
                try:
                    await ask(client, chance)
                except httpx2.HTTPError as error:
                    self.tally.failed.append(f"{ask.__name__}: {error!r}")
                self.tally.slowest = max(self.tally.slowest, monotonic() - began)
                await asyncio.sleep(pause)

    async def _one(self, client: httpx2.AsyncClient, chance: random.Random) -> None:
        person = chance.randrange(len(PEOPLE))
        began = monotonic()
        response = await client.post("/v1/predictions", json=PEOPLE[person])
        if self._answered(response, "one"):
            self._check([(person, response.json())], began)

    async def _many(self, client: httpx2.AsyncClient, chance: random.Random) -> None:
        people = [chance.randrange(len(PEOPLE)) for _ in range(BATCH)]
        began = monotonic()
        asked = {"items": [PEOPLE[person] for person in people]}
        response = await client.post("/v1/predictions/batch", json=asked)
        if self._answered(response, "batch"):
            items = response.json()["items"]
            self.tally.refused += sum(designed(item["problem"]) for item in items)
            told = [
                (person, item["prediction"])
                for person, item in zip(people, items, strict=True)
                if not designed(item["problem"])
            ]
            if told:
                self._check(told, began)

    async def _slow(self, client: httpx2.AsyncClient, chance: random.Random) -> None:
        person = chance.randrange(len(PEOPLE))
        body = json.dumps(PEOPLE[person]).encode()

        async def halves() -> AsyncIterator[bytes]:
            yield body[: len(body) // 2]
            await asyncio.sleep(SLOW_SECONDS)
            yield body[len(body) // 2 :]

        began = monotonic()
        headers = {"Content-Type": "application/json"}
        response = await client.post("/v1/predictions", content=halves(), headers=headers)
        if self._answered(response, "slow"):
            self._check([(person, response.json())], began)

    def _answered(self, response: httpx2.Response, kind: str) -> bool:
        self.tally.kinds[kind] += 1
        if response.status_code == 200:
            return True
        if response.status_code == 503 and designed(response.json()):
            self.tally.refused += 1
        else:
            self.tally.failed.append(f"{kind}: {response.status_code} {response.text[:200]}")
        return False

    def _check(self, answered: list[tuple[int, dict[str, Any]]], began: float) -> None:
        self.tally.ids.extend(answer["id"] for _, answer in answered)
        versions = {answer["model"]["version"] for _, answer in answered}
        self.tally.versions.update(versions)
        allowed = self._reigns.allowed(began, monotonic())
        if len(versions) != 1:
            self.tally.wrong.append(f"one request answered by the models {versions}")
        elif not versions <= allowed:
            self.tally.wrong.append(f"answered by {versions} where {allowed} may")
        for person, answer in answered:
            if known(answer) != self._answers[answer["model"]["version"]][person]:
                self.tally.wrong.append(f"{PEOPLE[person]}: {answer}")


def designed(problem: dict[str, Any] | None) -> bool:
    """Return whether ``problem`` is one that may happen by design."""
    return problem is not None and problem.get("type") in DESIGNED
