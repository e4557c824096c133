"""One model on all sources, one a kind of pay, or one a source: what pooling does to each source.

Each source is split as elsewhere in the comparison; training parts are put together, and every
source is judged on its own held-out groups.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np
import polars as pl

from data.errors import TrainingError
from training.benchmark.cache import Measured
from training.benchmark.job import OF_ALL, OF_PAYLENS, paylens_of
from training.benchmark.markdown import table
from training.benchmark.peers import versions
from training.benchmark.sets import Table
from training.benchmark.splits import RANDOM, split_of
from training.config import Config
from training.evaluate import score
from training.metrics import LEVELS
from training.split import Split

ALL, BY_BASIS, BY_SOURCE = "one model on all", "one a pay_basis", "one a source"
SHAPES = (ALL, BY_BASIS, BY_SOURCE)

MOST_LOST = 0.005
"""A shape in which a source loses more than this share of its pinball loss is not to be shipped."""


@dataclass(frozen=True)
class Pool:
    """One model of the training parts of some sources; a ``cache.Task``.

    Attributes:
        sources: Name and Parquet file of each.
        basis: The only ``pay_basis`` that counts; None where there is nothing to leave out.
        seed: Of the splits and of the fit.
        config: TOML file of choices of paylens; None for its defaults.
    """

    sources: tuple[tuple[str, Path], ...]
    basis: str | None
    seed: int
    config: Path | None = None

    def __str__(self) -> str:
        """Return what a progress bar says of it."""
        named = " + ".join(name for name, _ in self.sources)
        return f"pooling, seed {self.seed}: {named}"

    @property
    def name(self) -> str:
        """Return the name its result is kept by."""
        named = "+".join(path.stem for _, path in self.sources)
        return f"pool-{named}-{self.basis or 'any'}-{self.seed}"

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files of records that it reads."""
        return tuple(path for _, path in self.sources)

    @property
    def choices(self) -> Mapping[str, Any]:
        """Return every choice it depends on, plain JSON."""
        ours = paylens_of(self.config).settings
        pool = [[name for name, _ in self.sources], self.basis, self.seed]
        return {"pool": pool, "ours": ours, "share": Config().test_share, "libraries": versions()}

    @property
    def code(self) -> tuple[str, ...]:
        """Return the source files it depends on, as patterns below the checkout."""
        return (*OF_ALL, *OF_PAYLENS, "training/benchmark/pooling.py")


def poolable(tables: Iterable[Table], config: Path | None) -> list[tuple[str, Path]]:
    """Return the whole ``tables`` of which a model can be fitted alone, to be compared with."""
    least = paylens_of(config).config.least_records
    found = []
    for each in tables:
        if each.peers:
            continue
        split = split_of(pl.read_parquet(each.records), RANDOM, 0)
        if split is not None and split.train["group_id"].n_unique() >= least:
            found.append((each.name, each.records))
    return found


def shapes(
    sources: Sequence[tuple[str, Path]], seed: int, config: Path | None
) -> dict[str, list[Pool]]:
    """Return the models of each of ``SHAPES``; one that stands in two shapes is fitted once."""
    bases = {
        source: set(pl.read_parquet(source[1], columns=["pay_basis"])["pay_basis"])
        for source in sources
    }
    by_basis = []
    for basis in sorted(set[str]().union(*bases.values())):
        members = tuple(source for source in sources if basis in bases[source])
        alone = all(bases[source] == {basis} for source in members)
        by_basis.append(Pool(members, None if alone else basis, seed, config))
    return {
        ALL: [Pool(tuple(sources), None, seed, config)],
        BY_BASIS: by_basis,
        BY_SOURCE: [Pool((source,), None, seed, config) for source in sources],
    }


def measure(pool: Pool) -> dict[str, Any]:
    """Return ``training.evaluate.score`` of each source's held-out records, plain JSON.

    Raises:
        TrainingError: A source cannot be split.
    """
    splits = {name: _split(name, path, pool) for name, path in pool.sources}
    train = pl.concat([split.train for split in splits.values()])
    fitted = paylens_of(pool.config).fit(train, train.clear(), pool.seed)
    return {
        name: score(np.log(split.test["pay_usd"].to_numpy()), fitted.quantiles(split.test, LEVELS))
        for name, split in splits.items()
        if split.test.height
    }


def losses(found: Mapping[Pool, Measured], shape: Iterable[Pool]) -> dict[str, float]:
    """Return the pinball loss of each source in one shape; over its parts, where it has several."""
    parts: dict[str, list[tuple[float, float]]] = {}
    for pool in shape:
        for source, scores in found[pool].items():
            parts.setdefault(source, []).append((scores["pinball_loss"], scores["records"]))
    return {
        source: sum(loss * n for loss, n in of) / sum(n for _, n in of)
        for source, of in parts.items()
    }


def section(found: Mapping[Pool, Measured], seeds: Sequence[Mapping[str, list[Pool]]]) -> str:
    """Return the section of the page, Markdown; empty where nothing was pooled.

    Args:
        found: What was measured.
        seeds: What ``shapes`` returned, one a seed.
    """
    if not seeds or not found:
        return ""
    measured = {shape: [losses(found, pools[shape]) for pools in seeds] for shape in SHAPES}
    alone = measured[BY_SOURCE]
    rows, lost = [], dict.fromkeys(SHAPES, 0.0)
    for source in alone[0]:
        row = [source, f"{mean(of[source] for of in alone):.4f}"]
        for shape in (ALL, BY_BASIS):
            of_seeds = [of[source] for of in measured[shape]]
            ratios = [own / other[source] for own, other in zip(of_seeds, alone, strict=True)]
            lost[shape] = max(lost[shape], mean(ratios) - 1)
            row += [f"{mean(of_seeds):.4f}", _spread(ratios)]
        rows.append(row)
    head = ["source", BY_SOURCE, ALL, "ratio", BY_BASIS, "ratio"]
    return (
        "## Pooling\n\n"
        "Pinball loss on each source's held-out groups (the same as above) of one model fitted on "
        "the training parts of all sources, of one a kind of pay, and of one a source; ratios are "
        f"to a source's own model.\n\n{table(head, rows)}\n\n{_verdict(lost)}"
    )


def _verdict(lost: Mapping[str, float]) -> str:
    told = ", ".join(
        f"{shape}: {f'at most {most:.1%} lost' if most > 0 else 'none loses'}"
        for shape, most in lost.items()
        if shape != BY_SOURCE
    )
    fit = [shape for shape in SHAPES if lost[shape] <= MOST_LOST]
    return (
        f"No source loses more than {MOST_LOST:.1%} against its own model with "
        f"**{' or '.join(fit)}** ({told})."
    )


def _spread(ratios: Sequence[float]) -> str:
    sd = f" ± {stdev(ratios):.3f}" if len(ratios) > 1 else ""
    return f"{mean(ratios):.3f}{sd}"


def _split(name: str, path: Path, pool: Pool) -> Split:
    # The whole source is split, so that a kind of pay left out leaves the others where they were.
    split = split_of(pl.read_parquet(path), RANDOM, pool.seed)
    if split is None:
        raise TrainingError(f"{name}: no random split can be made of it")
    counts = pl.lit(value=True) if pool.basis is None else pl.col("pay_basis") == pool.basis
    return Split(split.name, split.train.filter(counts), split.test.filter(counts))
