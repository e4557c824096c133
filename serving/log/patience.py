"""A connection to PostgreSQL that is never waited for without end.

A server that hangs keeps its connections: no network error comes, and a timeout that it would have
to enforce itself does not either. So whoever waits keeps the time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

CONNECT_SECONDS = 2
STATEMENT_SECONDS = 4
"""After this a server that lives gives up a statement by itself, and the connection stays."""

ANSWER_SECONDS = 5.0
"""After this it is not waited for any longer."""


class PatientConnection(psycopg.Connection[Any]):
    """Gives up on a server that does not answer, and closes then."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Return the answer to what ``gen`` asks.

        Raises:
            OperationalError: None came in time.
        """
        try:
            return super().wait(gen, interval, ANSWER_SECONDS if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # What it says later would be taken for the answer to another question.
                self.pgconn.finish()
            raise

    def __del__(self, *_: object) -> None:
        # A pool lets go of what hung without closing it.
        self.pgconn.finish()


def connected(given: Sequence[Any], settings: Mapping[str, Any]) -> PatientConnection:
    """Return a new connection, as ``psycopg.connect`` does."""
    bounds = {
        "connect_timeout": CONNECT_SECONDS,
        "options": f"{settings.get('options', '')} -c statement_timeout={1000 * STATEMENT_SECONDS}",
        # A machine that is gone is noticed even while nothing is sent to it.
        "keepalives_idle": STATEMENT_SECONDS,
        "keepalives_interval": 1,
        "keepalives_count": 3,
    }
    return PatientConnection.connect(*given, **{**settings, **bounds})
