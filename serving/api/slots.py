"""Some work at once and no more: the next is told to come back."""

from collections.abc import Iterator
from contextlib import contextmanager

from data.errors import BusyError


class Slots:
    """Counts what goes on at once; used from one event loop, so nothing needs a lock.

    Args:
        most: How many at once.
        what: The work, in the plural, such as "files".
        retry_after: Seconds after which it is worth asking again.
    """

    def __init__(self, most: int, what: str, retry_after: int) -> None:
        self._most = most
        self._what = what
        self._retry_after = retry_after
        self.taken = 0

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold a slot for a while.

        Raises:
            BusyError: All are taken.
        """
        if self.taken >= self._most:
            raise BusyError(
                f"{self.taken} {self._what} are being answered, which are all that are taken at "
                f"once; try again in {self._retry_after} s",
                self._retry_after,
            )
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
