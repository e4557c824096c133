"""What the service says while it runs: one line an event, for programs or for eyes.

Lines of requests hold no body, no title, no query string: where somebody asks from and how it went,
never what was asked. uvicorn and the libraries write through the same form.
"""

import logging
import logging.config
import re
import sys
from collections.abc import MutableMapping
from typing import Any, BinaryIO, cast

import orjson
import structlog
from structlog.typing import FilteringBoundLogger, Processor

from data.errors import SettingError
from serving.observe.gathered import Gathered

FORMATS = ("auto", "console", "json")
LEVELS = ("debug", "info", "warning", "error")
REQUEST_ID = re.compile(r"[\w.:-]{1,128}")
"""A request id from elsewhere that may stand in a log; anything else is left out."""


def chosen(log_format: str) -> str:
    """Return "console" or "json": for "auto", the first at a terminal."""
    if log_format == "auto":
        return "console" if sys.stderr.isatty() else "json"
    return log_format


def require_known(log_format: str, level: str) -> None:
    """Check the two settings.

    Raises:
        SettingError: One of them is unknown.
    """
    for name, given, known in (
        ("PAYLENS_LOG_FORMAT", log_format, FORMATS),
        ("PAYLENS_LOG_LEVEL", level, LEVELS),
    ):
        if given not in known:
            raise SettingError(f"{name} is {given!r}; it may be {', '.join(known)}")


def config(log_format: str, level: str) -> dict[str, Any]:
    """Return what ``logging.config.dictConfig`` needs; plain enough to be handed to a worker."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"own": {"()": "serving.observe.logs.formatter", "kind": chosen(log_format)}},
        "handlers": {
            "own": {
                "class": "logging.StreamHandler",
                "formatter": "own",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["own"], "level": "WARNING"},
        "loggers": {
            "uvicorn": {"level": level.upper()},
            "serving": {"level": level.upper()},
            # A line of its own for each request is written by serving.observe.account.
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }


def formatter(kind: str) -> logging.Formatter:
    """Return the formatter of the lines that come through Python's own logging."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=()),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(() if kind == "console" else (structlog.processors.format_exc_info,)),
            renderer(kind),
        ],
    )


def renderer(kind: str) -> Processor:
    """Return what makes a line of an event."""
    if kind == "console":
        return structlog.dev.ConsoleRenderer(timestamp_key="time", colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(serializer=_json)


def request_logger(log_format: str, level: str, out: "BinaryIO | Gathered") -> FilteringBoundLogger:
    """Return the logger of requests, which writes to ``out``."""
    kind = chosen(log_format)
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.BytesLogger(cast("BinaryIO", out)),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            renderer(kind),
            _as_bytes,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=True,
    )
    return logger


def _json(event: MutableMapping[str, Any], **_: object) -> str:
    return orjson.dumps(event, default=str).decode()


def _as_bytes(_logger: object, _method: str, line: object) -> bytes:
    return line if isinstance(line, bytes) else str(line).encode()
