"""What a worker process runs."""

import multiprocessing
import sys

from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from data.errors import PaylensError
from serving.app import create_app
from serving.cli import say
from serving.settings import Settings


def application() -> FastAPI:
    """Return the service as the environment configures it.

    In a worker, an error of ours ends the process with the exit code that tells the supervisor not
    to try the same again.

    Raises:
        PaylensError: The service cannot start as it is configured, and this is no worker.
    """
    try:
        return create_app(Settings.read())
    except PaylensError as error:
        if multiprocessing.parent_process() is None:
            raise
        say(error)
        sys.exit(STARTUP_FAILURE)
