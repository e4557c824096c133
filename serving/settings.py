"""The service's settings: read once from the environment at start, then passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from data.errors import LogError, SettingError
from serving.asked import Asked
from serving.limits import Limits
from serving.log.address import DEFAULT
from serving.observe.logs import require_known
from serving.registry import tracking_uri
from serving.security.access import Access

WHEN_FULL = ("refuse", "answer")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the model comes from, who may ask it, what is kept of it and said meanwhile.

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
        kept: Where copies of served models are kept, for restarts (``PAYLENS_KEPT``).
        watch_seconds: Between two looks at the champion; 0 for never (``PAYLENS_WATCH_SECONDS``).
        notice_seconds: From SIGTERM until no connection is taken (``PAYLENS_NOTICE_SECONDS``).
        drain_seconds: What requests in flight then have to end (``PAYLENS_DRAIN_SECONDS``).
        log_format: "auto", "console" or "json" (``PAYLENS_LOG_FORMAT``).
        log_level: "debug", "info", "warning" or "error" (``PAYLENS_LOG_LEVEL``).
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
    kept: Path = Path(".paylens/kept")
    watch_seconds: float = 5.0
    notice_seconds: float = 1.0
    drain_seconds: float = 6.0
    log_format: str = "auto"
    log_level: str = "info"

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings in ``environment``.

        Raises:
            SettingError: One of them has a value that means nothing here, or is none of ours.
            LogError: A setting of the log is none it can have.
        """
        environment = Asked(environment)
        model, stages = environment.get("PAYLENS_MODEL"), environment.get("PAYLENS_STAGES")
        log_format = environment.get("PAYLENS_LOG_FORMAT") or "auto"
        log_level = environment.get("PAYLENS_LOG_LEVEL") or "info"
        require_known(log_format, log_level)
        settings = cls(
            Path(model) if model else None,
            tracking_uri(environment.get("MLFLOW_TRACKING_URI")),
            Path(stages) if stages else None,
            access=Access.read(environment),
            log=environment.get("PAYLENS_LOG") or DEFAULT,
            log_spool=Path(environment.get("PAYLENS_LOG_SPOOL") or ".paylens/spool"),
            log_when_full=_when_full(environment.get("PAYLENS_LOG_WHEN_FULL") or "refuse"),
            log_spool_mb=_megabytes(environment.get("PAYLENS_LOG_SPOOL_MB") or "1024"),
            limits=Limits.read(environment),
            kept=Path(environment.get("PAYLENS_KEPT") or ".paylens/kept"),
            watch_seconds=seconds_of(environment, "PAYLENS_WATCH_SECONDS", 5.0),
            notice_seconds=seconds_of(environment, "PAYLENS_NOTICE_SECONDS", 1.0),
            drain_seconds=seconds_of(environment, "PAYLENS_DRAIN_SECONDS", 6.0),
            log_format=log_format,
            log_level=log_level,
        )
        environment.require_all_known()
        return settings


def _when_full(given: str) -> str:
    if given not in WHEN_FULL:
        raise LogError(f"PAYLENS_LOG_WHEN_FULL is {given!r}; give {' or '.join(WHEN_FULL)}")
    return given


def _megabytes(given: str) -> int:
    if not given.isdecimal() or int(given) < 1:
        raise LogError(f"PAYLENS_LOG_SPOOL_MB is {given!r}; give a whole number of at least 1")
    return int(given)


def seconds_of(environment: Mapping[str, str], name: str, default: float) -> float:
    """Return the seconds that ``name`` says in ``environment``.

    Raises:
        SettingError: It is no number from 0 to an hour.

    >>> seconds_of({"PAYLENS_WATCH_SECONDS": "soon"}, "PAYLENS_WATCH_SECONDS", 5.0)
    Traceback (most recent call last):
    ...
    data.errors.SettingError: PAYLENS_WATCH_SECONDS is 'soon'; it is a number from 0 to 3600
    """
    given = environment.get(name)
    if not given:
        return default
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise SettingError(f"{name} is {given!r}; it is a number from 0 to 3600")
    return seconds
