"""``docs/performance.md``: a section for each benchmark, each written anew by its own command."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.cores import cores_here

PAGE = Path("docs/performance.md")
HEAD = """# Performance

Written by `make bench-serving`, `make bench-explaining`, `make bench-scoring` and
`make bench-training`, a section each; do not edit. Each section is of one run on one machine: read
the ratios, not the times.
"""
SECTIONS = ("Serving", "Explaining", "Scoring", "Training")
"""In the order of the page."""


def machine() -> str:
    """Return what was measured on, and when."""
    cores = len(cores_here()) or os.cpu_count()
    day = datetime.now(UTC).date().isoformat()
    return (
        f"Measured on {day}: {cores} shared core{'s' * (cores != 1)}, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}."
    )


def write_section(name: str, text: str, page: Path = PAGE) -> None:
    """Put ``text`` under the heading ``name`` of ``page``, in the place of what was there."""
    there = page.read_text(encoding="utf-8") if page.exists() else ""
    found = dict(re.findall(r"^## ([^\n]+)\n\n(.*?)(?=^## |\Z)", there, re.MULTILINE | re.DOTALL))
    found[name] = f"{text.strip()}\n"
    sections = [f"## {each}\n\n{found[each].strip()}\n" for each in SECTIONS if each in found]
    page.write_text("\n".join([HEAD, *sections]), encoding="utf-8")
