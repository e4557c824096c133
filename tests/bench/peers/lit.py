"""LitServe runs our model: ``python -m tests.bench.peers.lit PORT``."""

import os
import sys
from pathlib import Path
from typing import Any

import litserve

from tests.bench.peers.ours import Pay


class Lit(litserve.LitAPI):  # type: ignore[misc]
    """One worker, one model."""

    def setup(self, device: str) -> None:  # noqa: ARG002
        """Load the model."""
        self._pay = Pay(Path(os.environ["BENCH_MODEL"]))

    def predict(self, person: dict[str, Any]) -> dict[str, Any]:
        """Answer one request."""
        return self._pay(person)


if __name__ == "__main__":
    server = litserve.LitServer(Lit(), accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False)
