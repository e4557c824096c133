"""The service's settings: read once from the environment at start, then passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from data.errors import LogError
from serving.limits import Limits
from serving.log.address import DEFAULT
from serving.registry import tracking_uri
from serving.security.access import Access

WHEN_FULL = ("refuse", "answer")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the model comes from, who may ask it, and where what it answers is kept.

    Attributes:
        model: Folder of a model to serve when the registry has no champion (``PAYLENS_MODEL``).
        tracking_uri: The tracking server whose champion is served (``MLFLOW_TRACKING_URI``).
        stages: A table of company stages to look up (``PAYLENS_STAGES``).
        access: Who may ask, how often and how much.
        log: The database of the decision log, or ``off`` (``PAYLENS_LOG``).
        log_spool: The folder in which events wait for it (``PAYLENS_LOG_SPOOL``).
        log_when_full: What is done with an answer whose event cannot be kept: ``refuse`` it, or
            ``answer`` all the same (``PAYLENS_LOG_WHEN_FULL``).
        log_spool_mb: Megabytes that may wait there for each process (``PAYLENS_LOG_SPOOL_MB``).
        limits: How much of the heavy work is taken at once (``serving.limits``).
    """

    model: Path | None
    tracking_uri: str
    stages: Path | None
    access: Access = field(default_factory=Access)
    log: str = DEFAULT
    log_spool: Path = Path(".paylens/spool")
    log_when_full: str = "refuse"
    log_spool_mb: int = 1024
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings in ``environment``.

        Raises:
            SettingError: One of them has a value that means nothing here.
            LogError: A setting of the log is none it can have.
        """
        model, stages = environment.get("PAYLENS_MODEL"), environment.get("PAYLENS_STAGES")
        return cls(
            Path(model) if model else None,
            tracking_uri(environment.get("MLFLOW_TRACKING_URI")),
            Path(stages) if stages else None,
            access=Access.read(environment),
            log=environment.get("PAYLENS_LOG") or DEFAULT,
            log_spool=Path(environment.get("PAYLENS_LOG_SPOOL") or ".paylens/spool"),
            log_when_full=_when_full(environment.get("PAYLENS_LOG_WHEN_FULL") or "refuse"),
            log_spool_mb=_megabytes(environment.get("PAYLENS_LOG_SPOOL_MB") or "1024"),
            limits=Limits.read(environment),
        )


def _when_full(given: str) -> str:
    if given not in WHEN_FULL:
        raise LogError(f"PAYLENS_LOG_WHEN_FULL is {given!r}; give {' or '.join(WHEN_FULL)}")
    return given


def _megabytes(given: str) -> int:
    if not given.isdecimal() or int(given) < 1:
        raise LogError(f"PAYLENS_LOG_SPOOL_MB is {given!r}; give a whole number of at least 1")
    return int(given)
