"""BentoML runs our model: ``bentoml serve tests.bench.peers.bento:Bento``."""

import os
from pathlib import Path
from typing import Any

import bentoml

from tests.bench.peers.ours import Pay


@bentoml.service(workers=1)
class Bento:
    """One worker, one model."""

    def __init__(self) -> None:
        self._pay = Pay(Path(os.environ["BENCH_MODEL"]))

    @bentoml.api(route="/predict")  # type: ignore[untyped-decorator]
    def predict(self, person: dict[str, Any]) -> dict[str, Any]:
        """Answer one request."""
        return self._pay(person)
