"""Workers and the supervisor that keeps them alive.

uvicorn's supervisor waits for each worker's answer in turn. One that died or hangs while it starts
would hold it for as long as a start may take, deaf to signals and to the other workers.
"""

from socket import socket
from time import monotonic

from uvicorn import Config
from uvicorn.supervisors.multiprocess import Multiprocess, Process


class Supervised(Process):
    """A worker that is asked how it is without being waited for."""

    def __init__(self, config: Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self._asked: float | None = None

    def ping(self, timeout: float = 5) -> bool:
        """Return whether it has answered within the last ``timeout`` seconds that it was asked."""
        try:
            while self.parent_conn.poll():
                self.parent_conn.recv()
                self._asked = None
            if self._asked is None:
                self.parent_conn.send(b"ping")
                self._asked = monotonic()
        except (OSError, EOFError):
            return False
        return monotonic() - self._asked < timeout


class Supervisor(Multiprocess):
    """A supervisor that takes no connections when its workers no longer do."""

    def terminate_all(self) -> None:
        """Let all workers end, and leave the socket to them.

        A connection that only the supervisor holds would wait for an answer that nobody gives.
        """
        super().terminate_all()
        for each in self.sockets:
            each.close()
