"""How a comparison was made, in words: part of its page."""

import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from training.benchmark.conformal import SHARE, SHARE_OF_LARGE
from training.benchmark.peers import PEERS
from training.benchmark.peers.peer import LARGE


@dataclass(frozen=True, slots=True)
class Occasion:
    """How a comparison was made.

    Attributes:
        day: When.
        seeds: Seeds a figure is the mean of.
        rows: Rows drawn of each table; None for all.
        quick: Whether the slow peers were left out.
        missing: Label of a method that could not run -> the packages it lacked.
        versions: Library -> version.
        cores: Measurements made at once.
    """

    day: date
    seeds: int
    rows: int | None
    quick: bool
    missing: Mapping[str, Sequence[str]]
    versions: Mapping[str, str]
    cores: int


def how(occasion: Occasion) -> str:
    """Return what a reader must know to judge the figures, a Markdown list."""
    listed = ", ".join(f"{name} {version}" for name, version in occasion.versions.items())
    return f"""\
- Same rows for all: groups (a person's duplicates, one employer's reposted title) are never split.
  *Random, by group* holds out a fifth of the groups; *later in time* the latest fifth of the rows;
  *employers never seen* a fifth of the companies with all their records.
- Same information for all: each library gets the record's inputs as they are (words as categories,
  numbers, skills and words of the title as flags) and, as *our matrix*, what our encoder makes of
  them. The look-up knows what a pay site does.
- Each peer keeps {SHARE_OF_LARGE:.0%} of the training groups back ({SHARE:.0%} below {LARGE:,}
  rows) to stop early and to be corrected on: *per level* moves each quantile by its own error
  there, *CQR* widens or narrows each central interval (MAPIE). The better of the two is shown,
  chosen on the held-out rows, which flatters the peers. paylens learns from the same training rows
  and calibrates itself; that is part of its fit.
- *worst group* is the largest distance from the stated coverage among role, seniority, stage,
  country and experience; a *perfect model* shows the worst gap that chance alone gives. *group
  gap* is the root mean square with the chance taken away.
- Each fit has one core to itself, {occasion.cores} at once. *fit* is processor time. *one row* is
  19 quantiles through Python: for peers of a row already encoded, for paylens from the record on.
  *size* is our artifact's folder, and for peers the model and its encoding as pickled. The machine
  was shared and noisy: read ratios, not times.
- Python {platform.python_version()} on {platform.system()} {platform.machine()}; {listed}."""


def settings(ran: Collection[str]) -> str:
    """Return every choice of the methods that ``ran``, a Markdown list."""
    return "\n".join(
        f"- {peer.label}: {_told(peer.settings)}" for peer in PEERS if peer.name in ran
    )


def _told(chosen: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_plain(value)}" for name, value in chosen.items()) + "."


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return f"({', '.join(f'{name} {_plain(each)}' for name, each in value.items())})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_plain, value))}]"
    return str(value)
