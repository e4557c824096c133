"""``make bench-training``: fits of paylens and of the accuracy benchmark's peers as rows grow.

Each fit runs in a process of its own, on one core: what it costs is its own.
"""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from data.recognition import Recogniser
from data.stages import Stages
from tests.bench.cores import cores_here
from tests.bench.cost import cost
from tests.bench.goals import Goal, goals
from tests.bench.growth import expected, exponent
from tests.bench.page import machine, write_section
from tests.bench.repeated import SPREAD, repeated
from training.benchmark.command import chosen_peers
from training.benchmark.markdown import NONE, table
from training.benchmark.peers import PAYLENS, lacking, peer_named, versions
from training.benchmark.sets import FILES, REPORTS_EMPLOYER
from training.gather import Wanted, gather

SIZES = (50_000, 200_000, 1_000_000)
MOST_EXPONENT = 1.1
GIGABYTE = 10**9
GENEROUS = 2
"""A peer that was expected to keep within its minutes is given so many times as many."""


@dataclass
class Fits:
    """The fits of one method, a value a size that was fitted.

    Attributes:
        rows: How many records.
        seconds: Of the fit alone.
        processor: Processor seconds of it.
        megabytes: Peak memory of its process.
        left_out: Records -> why there was no fit.
    """

    rows: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)

    def cells(self, size: int) -> list[str]:
        """Return time, processor time and memory at ``size``, as the page shows them."""
        if size not in self.rows:
            return [self.left_out.get(size, NONE), NONE, NONE]
        at = self.rows.index(size)
        figures = (self.seconds[at], self.processor[at], self.megabytes[at])
        return [f"{each:,.1f}" if each < 100 else f"{each:,.0f}" for each in figures]

    @property
    def growth(self) -> float | None:
        """Return the exponent of the time; None where it was fitted at one size alone."""
        return exponent(self.rows, self.seconds) if len(self.rows) > 1 else None


def fit(
    peer: str, size: int, records: Path, core: int | None, minutes: float, memory: int, so_far: Fits
) -> None:
    """Fit ``peer`` on ``size`` records and note in ``so_far`` what it cost, or why it did not run.

    Args:
        peer: Name of the method; ours is always run, and to its end.
        size: How many records.
        records: Where they lie.
        core: The processor core; None for any.
        minutes: A peer that is expected to take longer is not run.
        memory: The most of it, bytes.
        so_far: Fits of the method on fewer records.
    """
    limit = None if peer == PAYLENS else 60 * minutes
    if limit is not None and so_far.left_out:
        # What failed with fewer records says nothing of how long it would take.
        so_far.left_out[size] = "not run"
    if limit is not None and so_far.rows:
        wanted = expected(so_far.rows, so_far.seconds, size)
        if wanted > limit:
            so_far.left_out[size] = f"not run, would take about {wanted / 60:,.0f} min"
    if size in so_far.left_out:
        return
    command = (sys.executable, "-m", "tests.bench.peers.fit", peer, str(records), str(memory))
    try:
        taken = cost(command, core, GENEROUS * limit if limit else None)
    except TimeoutError:
        so_far.left_out[size] = f"ended after {GENEROUS * minutes:,.0f} min"
        return
    except RuntimeError as error:
        if peer == PAYLENS:
            raise
        typer.echo(str(error), err=True)
        so_far.left_out[size] = f"failed, with {memory / GIGABYTE:,.0f} GB of memory"
        return
    told = json.loads(taken.said)
    so_far.rows.append(size)
    so_far.seconds.append(told["seconds"])
    so_far.processor.append(told["processor_seconds"])
    so_far.megabytes.append(taken.megabytes)


def section(
    fits: Mapping[str, Fits], sizes: Sequence[int], real: int, minutes: float, pinned_to: bool
) -> str:
    """Return the section of the page.

    Args:
        fits: Method -> its fits.
        sizes: How many records each was to be fitted on.
        real: How many records are real.
        minutes: A peer that was expected to take longer was not run.
        pinned_to: Whether each had a core.
    """
    head = ["method"]
    for size in sizes:
        head += [f"{size:,} rows: fit, s", "processor, s", "peak memory, MB"]
    rows = [
        [
            peer_named(name).label,
            *(cell for size in sizes for cell in each.cells(size)),
            NONE if each.growth is None else f"{each.growth:.2f}",
        ]
        for name, each in fits.items()
    ]
    ours = fits[PAYLENS]
    goal = Goal(
        f"fit time of paylens grows as rows to the power, {sizes[0]:,} to {sizes[-1]:,} rows",
        *(ours.growth, MOST_EXPONENT, False),
    )
    libraries = ", ".join(f"{name} {version}" for name, version in versions().items())
    where = "one core for each" if pinned_to else "no core of its own"
    return f"""{machine()} Each fit in a process of its own, one after the other, one thread a fit
and {where}. A peer that would have taken more than {minutes:g} minutes was not run.

{table([*head, "grows as rows to the power"], rows)}

{real:,} records are those of {REPORTS_EMPLOYER}; beyond them they are repeated, each time with pay
that differs by {SPREAD:.0%} or so and years that differ by up to half a one. A repeat stays in the
fold of what it repeats, so that nobody is learned by heart; words do not grow with the rows, and as
many different people would let every method grow more trees than these repeats do. Time is of the
fit alone, without reading the records; memory is all that its process took. Methods and settings
are those of [the accuracy benchmark](benchmark.md): a peer fits 19 quantile levels once and watches
a tenth of the rows to stop early by. *paylens* calibrates itself on that tenth, learns from masked
copies besides, and fits its folds, two sets of parameters and the mean of several boosters; it
grows as many boosters at once as there are processors, which its memory shows. Libraries:
{libraries}.

{goals([goal])}"""


def read(data: Path) -> pl.DataFrame:
    """Return the records of the real table that names employers.

    Raises:
        SourceError: The folder ``data`` holds no such table.
    """
    wanted = [Wanted(REPORTS_EMPLOYER, data / FILES[REPORTS_EMPLOYER])]
    today = datetime.now(UTC).date()
    return gather(wanted, Recogniser(Stages()), today, lambda _: None).loaded.records


def main(
    *,
    data: Annotated[
        Path, typer.Option(envvar="PAYLENS_REAL_DATA", help="Folder of the real pay tables.")
    ] = Path("../shared/real_data"),
    rows: Annotated[
        list[int] | None, typer.Option(help="A size; may be repeated. Default: all of the page.")
    ] = None,
    peers: Annotated[
        list[str] | None, typer.Option(help="Fit only this method; may be repeated.")
    ] = None,
    slow: Annotated[
        bool, typer.Option("--slow", help="Also the peers that --quick leaves out there.")
    ] = False,
    minutes: Annotated[float, typer.Option(help="A peer that would take longer is not run.")] = 15,
    memory: Annotated[int, typer.Option(help="The most that a fit may take, GB.")] = 18,
    write: Annotated[bool, typer.Option(help="Write docs/performance.md.")] = True,
) -> None:
    """Measure fits on more and more rows."""
    sizes = sorted(rows or SIZES)
    names = chosen_peers(peers or (), quick=not slow)
    gone = lacking(names)
    fits = {name: Fits() for name in names if name == PAYLENS or peer_named(name).label not in gone}
    fits.setdefault(PAYLENS, Fits())
    for label, packages in gone.items():
        typer.echo(f"{label}: not installed ({', '.join(packages)})", err=True)
    records, cores = read(data), cores_here()
    core = cores[-1] if len(cores) > 1 else None
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder, f"{size}.parquet")
            repeated(records, size).write_parquet(path)
            for name, each in fits.items():
                fit(name, size, path, core, minutes, memory * GIGABYTE, each)
                time, processor, megabytes = each.cells(size)
                told = f"fit {time} s, processor {processor} s, peak {megabytes} MB"
                done = told if size in each.rows else time
                typer.echo(f"{size:>9,} rows, {name:<14} {done}", err=True)
    text = section(fits, sizes, min(records.height, sizes[-1]), minutes, core is not None)
    print(text)  # noqa: T201
    if write:
        write_section("Training", text)


if __name__ == "__main__":
    typer.run(main)
