"""The service on a port: in this process, or in several workers that a supervisor keeps alive."""

import os
import sys
from collections.abc import Mapping

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import multiprocess

from serving.life.connection import Connection
from serving.life.supervised import Supervised, Supervisor
from serving.observe.logs import config as log_config
from serving.observe.shared import for_workers
from serving.settings import Settings

FACTORY = "serving.life.worker:application"

STARTING_SECONDS = 120
"""A worker that says nothing for so long is taken for hung and replaced.

Importing what a worker needs takes ten seconds on a busy machine, and it says nothing meanwhile.
"""


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until a signal ends it; exit 1 where a worker could not start.

    Each worker reads the settings from the environment, which the caller has put them into.
    """
    config = uvicorn.Config(
        FACTORY,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http=Connection,
        log_config=log_config(settings.log_format, settings.log_level),
        log_level=settings.log_level,
        access_log=False,
        # uvicorn counts whole seconds.
        timeout_graceful_shutdown=max(1, round(settings.drain_seconds)),
        timeout_worker_healthcheck=STARTING_SECONDS,
    )
    if workers == 1:
        server = uvicorn.Server(config)
        server.run()
        if not server.started:
            sys.exit(1)
        return
    with for_workers():
        # uvicorn leaves no other way to say what a worker is.
        multiprocess.Process = Supervised  # type: ignore[misc]
        supervisor = Supervisor(config, [config.bind_socket()])
        supervisor.run()
    if any(each.exitcode == STARTUP_FAILURE for each in supervisor.processes):
        sys.exit(1)


def hand_over(flags: Mapping[str, object]) -> None:
    """Put what the command line says into the environment, where workers read it."""
    os.environ.update({name: str(value) for name, value in flags.items() if value is not None})
