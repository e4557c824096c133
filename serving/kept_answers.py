"""Answers kept by their idempotency key, in a folder that several processes share.

An answer is two files named by a digest of the caller and the key: the body, and last, by a rename,
what else it was. A third is locked while it is being made: the system lets go of the lock of a
process that died, so no key stays taken by nobody.
"""

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from data.errors import KeyReusedError, KeysLostError, StillRunningError

LOG = logging.getLogger("uvicorn.error")

RETRY_SECONDS = 5
SWEEP_SECONDS = 60
MOST_ANSWERS = 100_000

OWNERS, OWNERS_FOLDER = 0o600, 0o700
"""Modes of what nobody else on the machine may read: answers tell of people."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer was besides its body: status and headers, and the request it answered."""

    fingerprint: str
    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before; its open file outlives its name."""

    told: Told
    body: BinaryIO


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that is ours until ``let_go``: the answer is made now."""

    stem: Path
    fingerprint: str
    lock: FileLock

    def let_go(self) -> None:
        """Give the key up: what was kept under it is replayed, and otherwise nothing is."""
        # Removed while it is ours: whoever waits for this very file sees that it has no name left.
        self.stem.with_suffix(".lock").unlink(missing_ok=True)
        self.lock.release()


class KeptAnswers:
    """The answers of the last hours.

    Args:
        folder: Where they lie; made with the first of them.
        hours: How long each is kept.
        most_bytes: Of all bodies; past it the oldest go first.
        now: Tells the time, in seconds since 1970.
    """

    def __init__(
        self, folder: Path, hours: float, most_bytes: int, now: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._seconds = 3600 * hours
        self._most_bytes = most_bytes
        self._now = now
        self._swept = 0.0

    def claim(self, owner: str, key: str, fingerprint: str) -> Claim | Kept:
        """Return the answer kept for ``key``, or the claim to make it.

        Args:
            owner: Whose key it is; another's is another key.
            key: As the caller gave it.
            fingerprint: Of the request; the same key must come with the same one.

        Raises:
            StillRunningError: It is being made.
            KeyReusedError: It was kept for another request.
            KeysLostError: The folder cannot be used.
        """
        stem = self._folder / hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()
        try:
            self._make_folder()
            self._sweep_at_times()
            lock = FileLock(stem.with_suffix(".lock"), thread_local=False, mode=OWNERS)
            lock.acquire(blocking=False)
        except Timeout:
            raise StillRunningError(
                f"the first request with this idempotency key is still being answered; ask again "
                f"in {RETRY_SECONDS} s",
                RETRY_SECONDS,
            ) from None
        except OSError as error:
            raise KeysLostError(
                f"idempotency keys cannot be kept just now ({error.strerror}); the same request "
                "without a key is answered"
            ) from error
        claim = Claim(stem, fingerprint, lock)
        kept = self._find(stem)
        if kept is None:
            return claim
        claim.let_go()
        if kept.told.fingerprint != fingerprint:
            kept.body.close()
            raise KeyReusedError(
                "this idempotency key was given with another request before; give each request a "
                "key of its own"
            )
        return kept

    def keep(
        self, claim: Claim, status: int, headers: Mapping[str, str], body: bytes | Path
    ) -> None:
        """Keep the answer of ``claim``; where there is no room it is only told in the log.

        Args:
            claim: Ours.
            status: Of the answer.
            headers: Of the answer.
            body: Or a file that holds it, which is moved.
        """
        told = Told(claim.fingerprint, status, dict(headers))
        part, kept = claim.stem.with_suffix(".part"), claim.stem.with_suffix(".body")
        try:
            if isinstance(body, Path):
                body.chmod(OWNERS)
                shutil.move(body, kept)
            else:
                kept.touch(OWNERS)
                kept.write_bytes(body)
            part.touch(OWNERS)
            part.write_text(json.dumps(asdict(told)), encoding="utf-8")
            part.replace(claim.stem.with_suffix(".told"))
        except OSError as error:
            LOG.warning("an answer with an idempotency key could not be kept: %s", error)
            self._forget(claim.stem)
        self._sweep()

    def _make_folder(self) -> None:
        self._folder.mkdir(OWNERS_FOLDER, parents=True, exist_ok=True)
        # One of an earlier version, or made by hand, may be open to others.
        if self._folder.stat().st_mode & 0o077:
            self._folder.chmod(OWNERS_FOLDER)

    def _find(self, stem: Path) -> Kept | None:
        told = stem.with_suffix(".told")
        try:
            if told.stat().st_mtime < self._now() - self._seconds:
                return None
            return Kept(
                Told(**json.loads(told.read_text(encoding="utf-8"))),
                stem.with_suffix(".body").open("rb"),
            )
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            # A power cut can leave a file without what was written to it.
            LOG.warning("%s is not readable (%s): its answer is made anew", told, error)
            return None

    def _sweep_at_times(self) -> None:
        if self._now() - self._swept > SWEEP_SECONDS:
            self._sweep()

    def _sweep(self) -> None:
        """Forget what is too old, and the oldest of what is too much."""
        self._swept = self._now()
        room, places = self._most_bytes, MOST_ANSWERS
        for when, size, path in sorted(self._all(), reverse=True):
            if when < self._now() - self._seconds:
                # Also what a process that died left behind.
                path.unlink(missing_ok=True)
            elif path.suffix == ".body":
                room, places = room - size, places - 1
                if room < 0 or places < 0:
                    self._forget(path.with_suffix(""))

    def _all(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._folder.iterdir():
            # Another process may be quicker to forget it.
            with suppress(FileNotFoundError):
                found = path.stat()
                yield found.st_mtime, found.st_size, path

    def _forget(self, stem: Path) -> None:
        for suffix in (".told", ".part", ".body"):
            stem.with_suffix(suffix).unlink(missing_ok=True)
