"""API keys: made once, shown once, kept only as hashes.

A key is ``paylens_ID_SECRET``. The secret has 256 random bits, so one SHA-256 is as good as a slow
hash, which is for passwords that people choose, and costs each request a microsecond.
"""

import hashlib
import hmac
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from filelock import FileLock
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from data.errors import CredentialError, KeysError
from serving.api.caller import RESERVED, Caller
from serving.security.scopes import Grant, Scope

LOG = logging.getLogger("uvicorn.error")
PREFIX = "paylens_"
LOOK_AGAIN = 1.0
"""Seconds after which a request looks whether the file has changed."""
NOBODY = hashlib.sha256(b"").hexdigest()


class Key(BaseModel):
    """A key as it is kept: without its secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    tenant: str
    label: str
    scopes: tuple[Scope, ...]
    created: AwareDatetime
    expires: AwareDatetime | None = None
    revoked: AwareDatetime | None = None
    sha256: str

    def in_force(self, now: datetime) -> bool:
        """Return whether the key opens anything at ``now``."""
        return self.revoked is None and (self.expires is None or now < self.expires)


class KeyFile(BaseModel):
    """The file of keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    keys: tuple[Key, ...] = ()


def read(path: Path) -> tuple[Key, ...]:
    """Return the keys in ``path``, none where there is no such file.

    Raises:
        KeysError: The file cannot be read as one of keys.
    """
    try:
        return KeyFile.model_validate_json(path.read_bytes()).keys
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        reason = "it is no file of keys" if isinstance(error, ValidationError) else str(error)
        raise KeysError(
            f"{path} cannot be read: {reason}; bring back a copy, or move it away and make new keys"
        ) from error


def create(
    path: Path,
    tenant: str,
    label: str,
    scopes: Iterable[Scope],
    expires: datetime | None = None,
) -> tuple[Key, str]:
    """Keep a new key in ``path``; return it and what the caller must send, known only now.

    Raises:
        KeysError: The file cannot be read or written, or the tenant is a reserved one.
    """
    if tenant in RESERVED:
        raise KeysError(f"the tenant {tenant!r} is reserved: name the organisation otherwise")
    with _changing(path) as keys:
        taken = {key.id for key in keys}
        key_id = next(new for new in iter(lambda: secrets.token_hex(4), "") if new not in taken)
        secret = secrets.token_urlsafe(32)
        key = Key(
            id=key_id,
            tenant=tenant,
            label=label,
            scopes=tuple(sorted(set(scopes))),
            created=datetime.now(UTC).replace(microsecond=0),
            expires=expires,
            sha256=_hash(secret),
        )
        keys.append(key)
    return key, f"{PREFIX}{key_id}_{secret}"


def revoke(path: Path, key_id: str) -> Key:
    """Return the key, which from now on opens nothing.

    Raises:
        KeysError: There is no such key, or the file cannot be read or written.
    """
    with _changing(path) as keys:
        for place, key in enumerate(keys):
            if key.id == key_id:
                when = key.revoked or datetime.now(UTC).replace(microsecond=0)
                keys[place] = key.model_copy(update={"revoked": when})
                return keys[place]
        raise KeysError(f"no key {key_id!r} in {path}; paylens-serve keys list shows them")


@contextmanager
def _changing(path: Path) -> Iterator[list[Key]]:
    """Read the keys, let them be changed, and put the new file in place of the old at once."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", mode=0o600):
            keys = list(read(path))
            yield keys
            _write(path, KeyFile(keys=tuple(keys)).model_dump_json(indent=1))
    except OSError as error:
        raise KeysError(
            f"{path} cannot be written: {error}; name another file in PAYLENS_KEYS"
        ) from error


def _write(path: Path, text: str) -> None:
    # A temporary file of Python's is 0600 from its first moment.
    with NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class KeyRing:
    """The keys of a running service, which notices when the file changes.

    Args:
        path: The file.
        clock: Seconds that never go back.
        today: The time of day, for keys that expire.

    Raises:
        KeysError: The file cannot be read as one of keys.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = path
        self._clock = clock
        self._today = today
        self._stamp = self._stamp_now()
        self._keys = {key.id: key for key in read(path)}
        self._look_at = clock() + LOOK_AGAIN

    @property
    def opens(self) -> bool:
        """Return whether any key is in force."""
        return any(key.in_force(self._today()) for key in self._keys.values())

    def grant(self, given: str) -> Grant:
        """Return what the key ``given`` allows.

        Raises:
            CredentialError: It is unknown, revoked or expired.
        """
        self._look()
        key_id, _, secret = given.removeprefix(PREFIX).partition("_")
        key = self._keys.get(key_id)
        # An unknown id takes as long as a wrong secret.
        same = hmac.compare_digest(_hash(secret), key.sha256 if key else NOBODY)
        if key is None or not same:
            raise CredentialError("the API key is not known: check that it was copied whole")
        if not key.in_force(self._today()):
            how = "was revoked" if key.revoked else "has expired"
            raise CredentialError(f"the API key {key.id} {how}: ask for a new one")
        return Grant(Caller(key.tenant, key.id), frozenset(key.scopes))

    def _look(self) -> None:
        now = self._clock()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_AGAIN
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return
        try:
            self._keys = {key.id: key for key in read(self._path)}
        except KeysError as error:
            LOG.warning("%s; the keys known before stay in force", error)
        self._stamp = stamp

    def _stamp_now(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size
