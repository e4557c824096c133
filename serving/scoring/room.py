"""A disk that does not let a file be worked on: told as what it is, and no fault of the file."""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from data.errors import RoomError

LOG = logging.getLogger("uvicorn.error")

OF_A_DISK = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG),  # full
        *(errno.EROFS, errno.EACCES, errno.EPERM),  # not to be written
        *(errno.EIO, errno.ENOENT),  # broken, gone
    }
)
"""What a disk says no with; descriptors, memory or processes that run out are none of these."""


@contextmanager
def on_disk() -> Iterator[None]:
    """Tell what the disk refuses inside the block as one refusal, and why in the service's log.

    Raises:
        RoomError: It refuses something.
    """
    try:
        yield
    except RoomError as error:
        LOG.warning("a file was refused: %s", error)
        raise
    except OSError as error:
        if error.errno not in OF_A_DISK:
            raise
        LOG.warning("a file was refused: %s", error)
        raise no_room(error) from error


def no_room(error: OSError) -> RoomError:
    """Return how ``error`` is told to the caller, who has no use for the path in it."""
    return RoomError(
        "the disk on which files lie while they are scored does not let itself be written "
        f"({error.strerror or type(error).__name__}): ask again later"
    )
