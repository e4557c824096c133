"""All that one comparison measures: methods on tables, components, and ways of pooling."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.benchmark import components, measure, pooling
from training.benchmark.cache import Cache, Measured
from training.benchmark.components import Components
from training.benchmark.job import Job
from training.benchmark.pooling import Pool
from training.benchmark.report import Besides
from training.benchmark.run import Results, jobs, run, with_copies
from training.benchmark.sets import Table

PARTS = PEERS, COMPONENTS, POOLING = ("peers", "components", "pooling")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured.

    Attributes:
        jobs: Methods on tables.
        components: Components beside separate models.
        shapes: What ``pooling.shapes`` returned, one a seed; empty where there is nothing to pool.
    """

    jobs: Sequence[Job]
    components: Sequence[Components]
    shapes: Sequence[Mapping[str, list[Pool]]]

    @property
    def pools(self) -> list[Pool]:
        """Return the models of all shapes, each once."""
        every = (pool for of in self.shapes for pools in of.values() for pool in pools)
        return list(dict.fromkeys(every))

    def __len__(self) -> int:
        """Return how many measurements are known beforehand; ``carry_out`` may add a few."""
        return len(self.jobs) + len(self.components) + len(self.pools)


def planned(
    compared: Sequence[Table],
    besides: Sequence[Table],
    methods: Sequence[str],
    seeds: int,
    parts: Collection[str] = PARTS,
    config: Path | None = None,
) -> Plan:
    """Return what is to be measured.

    Args:
        compared: Tables to compare methods on.
        besides: Tables that are pooled with them only.
        methods: Names of the methods.
        seeds: How many seeds.
        parts: Which of ``PARTS``.
        config: TOML file of choices of paylens; None for its defaults.
    """
    split_up = [
        Components(table.name, table.records, seed, config)
        for table in compared
        if COMPONENTS in parts and not table.peers and components.tells_parts(table.records)
        for seed in range(seeds)
    ]
    sources = pooling.poolable([*compared, *besides], config) if POOLING in parts else []
    return Plan(
        jobs(compared, methods, seeds, config) if PEERS in parts else [],
        split_up,
        # One source alone is no pool.
        [pooling.shapes(sources, seed, config) for seed in range(seeds) if len(sources) > 1],
    )


def carry_out(
    plan: Plan, cache: Cache, workers: int, tell: Callable[[object], None]
) -> tuple[Results, Besides]:
    """Return what was measured of each method, and the sections of the rest.

    Args:
        plan: What to measure.
        cache: What was measured before.
        workers: How many measurements are made at once.
        tell: Called with each measurement that is there.
    """
    results = run(plan.jobs, cache, workers, tell, measure.measure)
    results |= run(with_copies(results), cache, workers, tell, measure.measure)
    of_parts: Mapping[Components, Measured] = run(
        plan.components, cache, workers, tell, components.measure
    )
    of_pools = run(plan.pools, cache, workers, tell, pooling.measure)
    besides = Besides(components.section(of_parts), pooling.section(of_pools, plan.shapes))
    return results, besides
