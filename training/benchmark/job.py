"""What is measured: a method on one split of one table, and all that its result depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import getfile
from pathlib import Path
from typing import Any

from training.benchmark.cache import ROOT
from training.benchmark.peers import PAYLENS, peer_named, versions
from training.benchmark.peers.paylens import Paylens
from training.benchmark.peers.peer import Peer, Tabular
from training.config import Config

CODE = ("conformal", "groups", "measure", "noise", "splits")
OF_ALL = (
    *("data/record.py", "data/matching/*.py", "data/vocabulary/*.py", "data/vocabulary/*.toml"),
    *("features/*.py", "training/split.py", "training/metrics.py", "training/evaluate.py"),
    *("training/trees.py", "training/masks.py", "training/sample.py", "training/weights.py"),
    *("training/baselines.py", "training/benchmark/forms/*.py"),
    *("training/benchmark/peers/peer.py", "training/benchmark/peers/dense.py"),
    *(f"training/benchmark/{name}.py" for name in CODE),
)
"""Source files that every measurement depends on."""

OF_PAYLENS = ("data/*.py", "serving/*.py", "training/*.py")
"""Those that ours depends on besides: it is measured anew when the product changes."""


@dataclass(frozen=True)
class Job:
    """A method on one split of one table.

    Attributes:
        table: Name of the table.
        records: Parquet file of its records.
        split: One of ``training.benchmark.splits.SPLITS``.
        seed: Of the random split and of the peer.
        peer: Name of the peer.
        blanked: Whether it is also asked without company, level and time there.
        copies: Whether it learns from masked copies too, and calibrates for blanked requests on
            rows blanked likewise. Paylens always learns from masked copies.
        config: TOML file of choices of paylens; None for its defaults.
    """

    table: str
    records: Path
    split: str
    seed: int
    peer: str
    blanked: bool = False
    copies: bool = False
    config: Path | None = None

    def __str__(self) -> str:
        """Return what a progress bar says of it."""
        return f"{self.table}, {self.split}, seed {self.seed}: {self.peer}"

    @property
    def name(self) -> str:
        """Return the name its result is kept by."""
        copies = ("copies",) * self.copies
        return "-".join((self.records.stem, self.split, str(self.seed), self.peer, *copies))

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files of records that it reads."""
        return (self.records,)

    @property
    def method(self) -> Peer:
        """Return the method that is measured."""
        return paylens_of(self.config) if self.peer == PAYLENS else peer_named(self.peer)

    @property
    def choices(self) -> Mapping[str, Any]:
        """Return every choice it depends on, plain JSON."""
        default, method = Config(), self.method
        return {
            "job": [self.split, self.seed, self.peer, self.blanked, self.copies],
            "settings": method.settings,
            "form": method.form.__name__ if isinstance(method, Tabular) else None,
            "test_share": default.test_share,
            "folds": default.folds,
            "copies": [default.masks, default.full_share] if self.copies else [],
            "libraries": versions(),
        }

    @property
    def code(self) -> tuple[str, ...]:
        """Return the source files it depends on, as patterns below the checkout."""
        method = self.method
        own = Path(getfile(type(getattr(method, "engine", method)))).relative_to(ROOT)
        return (*OF_ALL, *(OF_PAYLENS if self.peer == PAYLENS else ()), own.as_posix())


def paylens_of(config: Path | None) -> Paylens:
    """Return paylens with the choices of the TOML file ``config``; None for its defaults."""
    return Paylens(config=Config.read(config)) if config else Paylens()
