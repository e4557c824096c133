"""A worker whose supervisor is gone ends too, as nobody would ever end it or take its place."""

import logging
import multiprocessing
import os
import signal
from multiprocessing.connection import wait
from threading import Thread
from typing import Self

LOG = logging.getLogger(__name__)


class Orphan:
    """Inside the block, ends the process as SIGTERM does when the one that started it is gone."""

    def __enter__(self) -> Self:
        parent = multiprocessing.parent_process()
        if parent is not None:
            Thread(target=self._watch, args=(parent.sentinel,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the thread to the end of the process."""

    def _watch(self, sentinel: int) -> None:
        wait([sentinel])
        LOG.error("the supervisor of this worker is gone, so it ends")
        os.kill(os.getpid(), signal.SIGTERM)
