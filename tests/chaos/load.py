"""A bounded load of clients that keep their connections, each answer held against what is known."""

import asyncio
import csv
import io
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx2

from tests.chaos.answers import DAY, PEOPLE, Reigns, known

DESIGNED = {"/problems/no-model", "/problems/draining", "/problems/log-full"}
"""Types of problems that a request may meet by design, with status 503."""

PATIENCE_SECONDS, FILE_PATIENCE_SECONDS = 30.0, 120.0
"""A file starts a process, which may take long where the tests beside it take the processors."""

BATCH = 20
SLOW_SECONDS = 0.6
"""Between the halves of a request that is sent slowly: one in flight whenever something breaks."""

FILE_SECONDS = 2.0
"""Between two files: each starts a process of its own."""


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
    slowest: dict[str, float] = field(default_factory=dict)


Ask = Callable[[httpx2.AsyncClient, random.Random], Awaitable[None]]
"""Sends one request and checks what comes."""


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
        asks = {"one": self._one, "batch": self._many, "slow": self._slow, "file": self._file}
        kinds = [*asks, *["one"] * clients][:clients]
        async with asyncio.TaskGroup() as group:
            for number, kind in enumerate(kinds):
                chance = random.Random(number)  # noqa: S311
                group.create_task(self._client(kind, asks[kind], pause, chance))

    async def _client(self, kind: str, ask: Ask, pause: float, chance: random.Random) -> None:
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
                    self.tally.failed.append(f"{kind}: {error!r}")
                slowest = self.tally.slowest.get(kind, 0.0)
                self.tally.slowest[kind] = max(slowest, monotonic() - began)
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

    async def _file(self, client: httpx2.AsyncClient, _: random.Random) -> None:
        await asyncio.sleep(FILE_SECONDS)
        began = monotonic()
        headers = {"Content-Type": "text/csv"}
        response = await client.post(
            "/v1/files",
            content=as_csv(),
            params={"as_of": DAY},
            headers=headers,
            timeout=FILE_PATIENCE_SECONDS,
        )
        if self._answered(response, "file"):
            self._check_file(response, began)

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
        self._check_versions({answer["model"]["version"] for _, answer in answered}, began)
        for person, answer in answered:
            if known(answer) != self._answers[answer["model"]["version"]][person]:
                self.tally.wrong.append(f"{PEOPLE[person]}: {answer}")

    def _check_file(self, response: httpx2.Response, began: float) -> None:
        rows = list(csv.DictReader(io.StringIO(response.text)))
        self.tally.ids.extend(row["prediction_id"] for row in rows)
        version = response.headers["Paylens-Model"]
        self._check_versions({version}, began)
        told = self._answers[version]
        if len(rows) != len(told):
            self.tally.wrong.append(f"{len(rows)} rows of a file where {len(told)} were sent")
            return
        for row, answer in zip(rows, told, strict=True):
            ends = answer["range"]["lower"], answer["median"], answer["range"]["upper"]
            found = [float(row[name]) for name in ("lower", "median", "upper")]
            if any(abs(one - other) > 0.51 for one, other in zip(found, ends, strict=True)):
                self.tally.wrong.append(f"{row} in a file where one is told {ends}")

    def _check_versions(self, versions: set[str], began: float) -> None:
        self.tally.versions.update(versions)
        allowed = self._reigns.allowed(began, monotonic())
        if len(versions) != 1:
            self.tally.wrong.append(f"one request answered by the models {versions}")
        elif not versions <= allowed:
            self.tally.wrong.append(f"answered by {versions} where {allowed} may")


def as_csv() -> bytes:
    """Return all ``PEOPLE`` as a file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [name for name in PEOPLE[0] if name != "as_of"])
    writer.writeheader()
    for person in PEOPLE:
        told = {name: value for name, value in person.items() if name != "as_of"}
        writer.writerow(told | {"skills": ", ".join(person["skills"])})
    return text.getvalue().encode()


def designed(problem: dict[str, Any] | None) -> bool:
    """Return whether ``problem`` is one that may happen by design."""
    return problem is not None and problem.get("type") in DESIGNED
