"""The service's settings: read once from the environment at start, then passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from serving.registry import tracking_uri
from serving.security.access import Access


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the model comes from, and who may ask it.

    Attributes:
        model: Folder of a model to serve when the registry has no champion (``PAYLENS_MODEL``).
        tracking_uri: The tracking server whose champion is served (``MLFLOW_TRACKING_URI``).
        stages: A table of company stages to look up (``PAYLENS_STAGES``).
        access: Who may ask, how often and how much.
    """

    model: Path | None
    tracking_uri: str
    stages: Path | None
    access: Access = field(default_factory=Access)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings in ``environment``.

        Raises:
            SettingError: One of them has a value that means nothing here.
        """
        model, stages = environment.get("PAYLENS_MODEL"), environment.get("PAYLENS_STAGES")
        return cls(
            Path(model) if model else None,
            tracking_uri(environment.get("MLFLOW_TRACKING_URI")),
            Path(stages) if stages else None,
            access=Access.read(environment),
        )
