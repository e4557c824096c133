"""What becomes of models, counted and said."""

import logging

from serving.champion import Live
from serving.life.settled import settle
from serving.observe.metrics import Metrics

LOG = logging.getLogger(__name__)


class Told:
    """A ``serving.champion.Witness`` that counts in ``metrics`` and says so in the log."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._trouble: str | None = None

    def swapped(self, live: Live, seconds: float) -> None:
        """Say that ``live`` is in service, and settle it there."""
        self._metrics.swapped(live, seconds)
        settle()
        LOG.info("model %s is in service, loaded and checked in %.2f s", live.version, seconds)

    def refused(self, kind: str, reason: str) -> None:
        """Count a refusal of ``kind``; the reason is said when it becomes the trouble."""
        self._metrics.refused(kind, reason)

    def looked(self, trouble: str | None) -> None:
        """Say what went wrong once, not at every look; and that it is over."""
        self._metrics.looked(trouble)
        if trouble is not None and trouble != self._trouble:
            LOG.warning("%s", trouble)
        elif trouble is None and self._trouble is not None:
            LOG.info("the champion was found again")
        self._trouble = trouble
