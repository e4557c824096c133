"""A file on its way in: onto the disk as it comes, and never whole in memory."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import anyio
from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.types import Message as Event
from starlette.types import Receive

from data.errors import TooLargeError
from data.table import MEDIA_TYPES, SUFFIXES
from serving.limits import MEGABYTE

FORM = "multipart/form-data"
OTHER_TYPES = {"application/x-parquet": ".parquet", "application/parquet": ".parquet"}
FIELDS = 20
UNNAMED = "table"
NO_FILE = {"loc": ("body", "file"), "msg": "a form must hold the table in a part called file"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that lies on the disk.

    Attributes:
        path: Where; its end says what it is.
        name: What the caller calls it, without an end.
        fields: What else stood in the form.
    """

    path: Path
    name: str
    fields: Mapping[str, str]

    @property
    def suffix(self) -> str:
        """Return the end of its name, such as ".csv"."""
        return self.path.suffix


async def spool(request: Request, folder: Path, megabytes: int, filename: str | None) -> Upload:
    """Return the file of ``request``, now in ``folder``: its body, or the ``file`` of a form.

    Args:
        request: Whose body was not read yet.
        folder: Where it is put.
        megabytes: The most that is taken.
        filename: Of a body that is the file itself.

    Raises:
        TooLargeError: It is larger.
        HTTPException: 415 where nothing says that it is a table.
        RequestValidationError: A form has no file.
        ClientDisconnect: The caller went away.
    """
    limited = Request(request.scope, within(request.receive, megabytes * MEGABYTE))
    if media_type(request.headers.get("content-type")) == FORM:
        return await from_form(limited, folder)
    path = place(folder, request.headers.get("content-type"), filename)
    async with await anyio.open_file(path, "wb", buffering=MEGABYTE) as file:
        async for piece in limited.stream():
            await file.write(piece)
    return Upload(path, stem(filename), {})


async def from_form(request: Request, folder: Path) -> Upload:
    """Return the ``file`` of the form in ``request``, now in ``folder``.

    Raises:
        RequestValidationError: It has none.
    """
    async with request.form(max_files=1, max_fields=FIELDS) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise RequestValidationError([NO_FILE])
        path = place(folder, file.content_type, file.filename)
        await run_in_threadpool(copy, file, path)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        return Upload(path, stem(file.filename), fields)


def copy(file: UploadFile, path: Path) -> None:
    """Copy the ``file`` to ``path``."""
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target, MEGABYTE)


def within(receive: Receive, most: int) -> Receive:
    """Return ``receive`` that gives up once more than ``most`` bytes came.

    Raises:
        TooLargeError: They did.
    """
    taken = 0

    async def limited() -> Event:
        nonlocal taken
        event = await receive()
        taken += len(event.get("body", b""))
        if taken > most:
            raise TooLargeError(
                f"more than {most // MEGABYTE:,} MB, the most that is taken at once; split the "
                "file, or send it as Parquet"
            )
        return event

    return limited


def place(folder: Path, content_type: str | None, filename: str | None) -> Path:
    """Return where a file goes: its type counts, else the end of its name.

    Raises:
        HTTPException: 415; neither says that it is a table.
    """
    known = {kind: suffix for suffix, kind in MEDIA_TYPES.items()} | OTHER_TYPES
    suffix = known.get(media_type(content_type)) or Path(filename or "").suffix.lower()
    if suffix not in SUFFIXES:
        raise HTTPException(
            415,
            f"Content-Type {content_type!r} and file name {filename!r} tell no table: send "
            f"{', '.join(MEDIA_TYPES.values())}, or a name that ends in {', '.join(SUFFIXES)}",
        )
    return folder / f"in{suffix}"


def media_type(header: str | None) -> str:
    """Return the media type in a Content-Type ``header``, without its parameters."""
    message = Message()
    message["content-type"] = header or "application/octet-stream"
    return message.get_content_type()


def stem(filename: str | None) -> str:
    """Return what a file is called, without an end and without a folder."""
    return Path((filename or UNNAMED).replace("\\", "/")).stem or UNNAMED
