"""The service's settings: read once from the environment at start, then passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from serving.limits import Limits
from serving.registry import tracking_uri


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the model comes from, and how much is taken at once.

    Attributes:
        model: Folder of a model to serve when the registry has no champion (``PAYLENS_MODEL``).
        tracking_uri: The tracking server whose champion is served (``MLFLOW_TRACKING_URI``).
        stages: A table of company stages to look up (``PAYLENS_STAGES``).
        limits: How much of the heavy work is taken at once (``serving.limits``).
    """

    model: Path | None
    tracking_uri: str
    stages: Path | None
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings in ``environment``."""
        model, stages = environment.get("PAYLENS_MODEL"), environment.get("PAYLENS_STAGES")
        return cls(
            Path(model) if model else None,
            tracking_uri(environment.get("MLFLOW_TRACKING_URI")),
            Path(stages) if stages else None,
            Limits.read(environment),
        )
