"""``make openapi`` and ``make contract``: write the document, and hold it to the released one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from data.recognition import Recogniser
from data.stages import Stages
from serving.app import assemble
from serving.champion import Champion
from tests.contract.breaking import breaks
from tests.contract.routes import renewed

CHECKOUT = Path(__file__).parents[2]
DOCUMENT = "docs/openapi.json"
PAGE = CHECKOUT / "docs" / "api.md"
ACCEPTED = CHECKOUT / "docs" / "openapi-breaks.txt"


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the service as it is."""
    return assemble(Champion(None, None), Recogniser(Stages())).openapi()


def text(told: dict[str, Any]) -> str:
    """Return a document as it is committed."""
    return json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def git(*words: str) -> list[str]:
    """Return the lines that git says; none where it has nothing to say."""
    done = subprocess.run(
        ["git", *words], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines() if done.returncode == 0 else []


def released() -> tuple[str, dict[str, Any]] | None:
    """Return the document of the newest release, and which that is.

    Before the first release that has one it is the document as it was first committed: whoever
    began to use it then must not be broken either. None where git tells of neither.
    """
    tags = git("tag", "--merged", "HEAD", "--sort=-version:refname", "v*")
    first = git("log", "--diff-filter=A", "--format=%H", "--", DOCUMENT)[-1:]
    for commit in (*tags, *first):
        told = git("show", f"{commit}:{DOCUMENT}")
        if told:
            return commit, json.loads("\n".join(told))
    return None


def accepted() -> set[str]:
    """Return the breaks that were decided on, each a line of ``ACCEPTED`` without its reason."""
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines()
    return {line.partition("  # ")[0] for line in lines if line and not line.startswith("#")}


def say(line: str) -> None:
    """Print ``line``."""
    sys.stdout.write(f"{line}\n")


def check() -> int:
    """Return 1, and say why, where the document breaks what was released."""
    found = released()
    if found is None:
        say(f"{DOCUMENT} was never committed: there is nothing to break")
        return 0
    commit, before = found
    broken = [each for each in breaks(before, document()) if each not in accepted()]
    for each in broken:
        say(each)
    say(f"{DOCUMENT}: {len(broken)} breaking changes since {commit[:12]}")
    return 1 if broken else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        (CHECKOUT / DOCUMENT).write_text(text(document()), encoding="utf-8")
        told = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(renewed(told, document()), encoding="utf-8")
    else:
        sys.exit(check())
