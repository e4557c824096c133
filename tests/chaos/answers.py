"""What each model must answer, worked out beforehand in this process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import orjson

from data.recognition import Recogniser
from data.stages import Stages
from serving.api.request import PredictionRequest
from serving.champion import Champion
from serving.model import CompensationModel
from serving.service import Service
from tests.records import PLACES, ROLES, SENIORITIES

DAY = "2026-06-01"
"""Asked for explicitly: an answer must not change at midnight."""

PEOPLE: tuple[dict[str, Any], ...] = tuple(
    {
        "role": role,
        "seniority": seniority,
        "country": country,
        "metro": place,
        "skills": ["python", "sql"],
        "years_experience": 5,
        "as_of": DAY,
    }
    for role in ROLES
    for seniority in SENIORITIES
    for country, _, _, place in PLACES
)


def answers_of(model: CompensationModel, version: str, folder: Path) -> list[dict[str, Any]]:
    """Return what ``model`` answers to each of ``PEOPLE`` when it serves as ``version``."""
    model.save(folder)
    champion = Champion(folder, None)
    champion.refresh()
    service = Service(champion, Recogniser(Stages()))
    told = [service.predict(PredictionRequest(**person)) for person in PEOPLE]
    answers = [orjson.loads(orjson.dumps(each)) for each in told]
    return [known(each) | {"model": each["model"] | {"version": version}} for each in answers]


def known(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what can be known of ``answer`` beforehand: all but its id."""
    return {name: value for name, value in answer.items() if name != "id"}


@dataclass
class Reigns:
    """Which version led when, and so which may answer a request.

    A version may answer from the moment it is about to be promoted, as a worker may follow before
    the harness is told, until the next one has been promoted and workers have had time to follow.

    Attributes:
        patience: Seconds within which every worker must have followed the registry.
        led: Version, and since when it may lead.
        surely: Since when it surely leads; shorter than ``led`` while one is being promoted.
    """

    patience: float
    led: list[tuple[float, str]] = field(default_factory=list)
    surely: list[float] = field(default_factory=list)

    def begin(self, version: str) -> None:
        """Note that ``version`` is about to be promoted."""
        self.led.append((monotonic(), version))

    def settle(self) -> float:
        """Note that the last version was promoted, and return when: now."""
        self.surely.append(monotonic())
        return self.surely[-1]

    def allowed(self, began: float, ended: float) -> set[str]:
        """Return the versions that may answer a request that began and ended then."""
        allowed = set()
        for place, (since, version) in enumerate(self.led):
            replaced = self.surely[place + 1] if place + 1 < len(self.surely) else ended
            if since <= ended and replaced + self.patience >= began:
                allowed.add(version)
        return allowed
