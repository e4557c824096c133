"""The service's settings: read once from the environment at start, then passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from data.errors import SettingError
from serving.observe.logs import require_known
from serving.registry import tracking_uri


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the model comes from, how it is watched, and what is said meanwhile.

    Attributes:
        model: Folder of a model to serve when the registry has no champion (``PAYLENS_MODEL``).
        tracking_uri: The tracking server whose champion is served (``MLFLOW_TRACKING_URI``).
        stages: A table of company stages to look up (``PAYLENS_STAGES``).
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
    kept: Path = Path(".paylens/kept")
    watch_seconds: float = 5.0
    notice_seconds: float = 1.0
    drain_seconds: float = 8.0
    log_format: str = "auto"
    log_level: str = "info"

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings in ``environment``.

        Raises:
            SettingError: One of them cannot be followed.
        """
        model, stages = environment.get("PAYLENS_MODEL"), environment.get("PAYLENS_STAGES")
        log_format = environment.get("PAYLENS_LOG_FORMAT") or "auto"
        log_level = environment.get("PAYLENS_LOG_LEVEL") or "info"
        require_known(log_format, log_level)
        return cls(
            Path(model) if model else None,
            tracking_uri(environment.get("MLFLOW_TRACKING_URI")),
            Path(stages) if stages else None,
            kept=Path(environment.get("PAYLENS_KEPT") or ".paylens/kept"),
            watch_seconds=seconds_of(environment, "PAYLENS_WATCH_SECONDS", 5.0),
            notice_seconds=seconds_of(environment, "PAYLENS_NOTICE_SECONDS", 1.0),
            drain_seconds=seconds_of(environment, "PAYLENS_DRAIN_SECONDS", 8.0),
            log_format=log_format,
            log_level=log_level,
        )


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
