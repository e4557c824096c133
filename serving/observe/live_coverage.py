"""How often the ranges held, as it was when it was last read: a scrape never waits for it."""

import logging

from data.errors import LogError
from serving.log import outcomes
from serving.log.journal import Journal
from serving.log.outcomes import Live

LOG = logging.getLogger("uvicorn.error")


class LiveCoverage:
    """Live coverage of everybody's predictions with outcomes in ``journal``.

    Attributes:
        groups: As last read; what was read before a database went away is told on.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.groups: tuple[Live, ...] = ()

    def refresh(self) -> None:
        """Read it anew."""
        try:
            self.groups = tuple(outcomes.coverage(self._journal, None))
        except LogError as error:
            LOG.warning("live coverage cannot be read: %s", error)
