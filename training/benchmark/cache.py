"""What was measured before, by what it depends on: an interrupted run goes on where it stopped."""

import hashlib
import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).parents[2]

Measured = Mapping[str, Any]
"""What was measured, plain JSON."""


class Task(Hashable, Protocol):
    """A piece of work whose result is kept."""

    @property
    def name(self) -> str:
        """Return the name its result is kept by."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files of records that it reads."""

    @property
    def choices(self) -> Mapping[str, Any]:
        """Return every choice it depends on, versions of libraries too, plain JSON."""

    @property
    def code(self) -> tuple[str, ...]:
        """Return the source files it depends on, as patterns below the checkout."""


class Cache:
    """Results as JSON, one file each, in a folder.

    What a task depends on is looked at once: code that changes while it runs was not what it ran.
    """

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self._folder = folder
        self._root = root
        self._looked_at: dict[Task, str] = {}

    def read(self, task: Task) -> Measured | None:
        """Return the result of ``task``; None when there is none, or of something else."""
        now = self.depends_on(task)
        try:
            found = json.loads(self._path(task).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        same = isinstance(found, dict) and found.get("depends_on") == now
        return found["measured"] if same else None

    def write(self, task: Task, measured: Measured) -> None:
        """Keep the result of ``task``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(task)
        part = path.with_suffix(".part")
        told = {"depends_on": self.depends_on(task), "measured": measured}
        part.write_text(json.dumps(told, indent=1), encoding="utf-8")
        # A file that is there is whole: an interruption leaves only the part.
        part.replace(path)

    def depends_on(self, task: Task) -> str:
        """Return a hash (hex) of all that ``task`` depends on: rows, choices, code, libraries."""
        if task not in self._looked_at:
            told = {
                "records": [hashlib.sha256(path.read_bytes()).hexdigest() for path in task.files],
                "choices": task.choices,
                "code": self._code(task.code),
            }
            text = json.dumps(told, sort_keys=True)
            self._looked_at[task] = hashlib.sha256(text.encode()).hexdigest()
        return self._looked_at[task]

    def _path(self, task: Task) -> Path:
        return self._folder / f"{task.name}.json"

    def _code(self, patterns: tuple[str, ...]) -> str:
        content = hashlib.sha256()
        for pattern in patterns:
            for path in sorted(self._root.glob(pattern)):
                content.update(path.relative_to(self._root).as_posix().encode())
                content.update(path.read_bytes())
        return content.hexdigest()
