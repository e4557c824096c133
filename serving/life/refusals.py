"""What was refused, so that it is not loaded again at every look."""

from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from data.errors import ArtifactError

TRY_AGAIN_SECONDS = 300.0
"""After this long a refused model is tried again although it seems unchanged: it may have been
mended where it lies."""

Loaded = TypeVar("Loaded")


class Refusals:
    """The last refusal of one source of models."""

    def __init__(self) -> None:
        self._what: object = None
        self._error: ArtifactError | None = None
        self._until = 0.0

    def unless_refused(self, what: object, load: Callable[[], Loaded]) -> Loaded:
        """Return what ``load`` returns; ``what`` names the thing as it is now.

        Raises:
            ArtifactError: It was refused, now or when it was last tried and has not changed since.
        """
        if self._error is not None and self._what == what and monotonic() < self._until:
            raise self._error
        try:
            loaded = load()
        except ArtifactError as error:
            self._what, self._error = what, error
            self._until = monotonic() + TRY_AGAIN_SECONDS
            raise
        self.forget()
        return loaded

    def forget(self) -> None:
        """Forget the refusal: something else is in its place."""
        self._error = None
