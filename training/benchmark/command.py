"""``paylens-train benchmark``: paylens beside its peers on the real tables."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from data.errors import TrainingError

CACHE = Path(".paylens/benchmark")
SEEDS = 3
WAY_OUT = "make bench-accuracy installs it"


def benchmark(
    *,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="NAME=PATH; default: the tables in --data.")
    ] = None,
    data: Annotated[
        Path, typer.Option(envvar="PAYLENS_REAL_DATA", help="Folder of the real pay tables.")
    ] = Path("../shared/real_data"),
    quick: Annotated[
        bool, typer.Option("--quick", help="One seed, without the slow peers that were behind.")
    ] = False,
    seeds: Annotated[int, typer.Option(min=1, help="Seeds that figures are the mean of.")] = SEEDS,
    peers: Annotated[
        list[str] | None, typer.Option(help="Compare only this method; may be repeated.")
    ] = None,
    rows: Annotated[
        int | None, typer.Option(min=1000, help="About so many rows of each table, for a trial.")
    ] = None,
    parts: Annotated[
        list[str] | None,
        typer.Option("--part", help="Only peers, components or pooling; may be repeated."),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="TOML file of choices of paylens.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Fits at once; default: one a core.")
    ] = None,
    stages: Annotated[
        Path | None, typer.Option("--stages", help="Table of company stages by date (layoffs.fyi).")
    ] = None,
    output: Annotated[
        Path, typer.Option(help="The page to write; its plot goes beside it.")
    ] = Path("docs/benchmark.md"),
) -> None:
    """Compare paylens with its peers on real pay data, and write the page that shows it.

    What was measured is kept in .paylens/benchmark: an interrupted run goes on where it stopped,
    and only what changed since is measured again.
    """
    from data.recognition import Recogniser
    from data.stages import Stages
    from training.benchmark.cache import Cache
    from training.benchmark.method import Occasion
    from training.benchmark.peers import lacking, peer_named, versions
    from training.benchmark.plan import carry_out, planned
    from training.benchmark.plot import picture, save
    from training.benchmark.report import report
    from training.benchmark.run import cores_here
    from training.benchmark.sets import pooled_besides, tables, wanted
    from training.benchmark.summary import sections
    from training.config import Config

    if config is not None:
        Config.read(config)
    console = Console(stderr=True)
    today = datetime.now(UTC).date()
    chosen, parted = chosen_peers(peers or (), quick=quick), chosen_parts(parts or ())
    gone = lacking(chosen)
    for label, packages in gone.items():
        console.print(f"{label}: not installed ({', '.join(packages)}); {WAY_OUT}")
    with console.status("reading the tables"):
        recogniser = Recogniser(Stages.read(stages) if stages else Stages())
        read = partial(
            tables, recogniser=recogniser, today=today, rows=rows, folder=CACHE / "records"
        )
        compared = read(wanted(source or (), data))
        besides = read(pooled_besides(source or (), data))
    ready = [name for name in chosen if peer_named(name).label not in gone]
    times, at_once = 1 if quick else seeds, workers or len(cores_here())
    plan = planned(compared, besides, ready, times, parted, config)
    with _progress(console) as progress:
        task = progress.add_task("starting", total=len(plan))
        results, more = carry_out(
            plan,
            Cache(CACHE / "results"),
            at_once,
            lambda done: progress.update(task, description=str(done), advance=1),
        )
    text = report(
        results,
        Occasion(today, times, rows, quick, gone, versions(), at_once),
        output.with_suffix(".svg").name,
        more,
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    if results:
        save(picture(sections(results)), output.with_suffix(".svg"))
    output.write_text(text, encoding="utf-8")
    typer.echo(text.partition("## Where")[0])
    typer.echo(f"written: {output}" + (f" and {output.with_suffix('.svg')}" if results else ""))


def chosen_parts(given: Iterable[str]) -> frozenset[str]:
    """Return the parts of the comparison to make: those ``given``, else all.

    Raises:
        TrainingError: A name is none of theirs.
    """
    from training.benchmark.plan import PARTS

    unknown = sorted(set(given) - set(PARTS))
    if unknown:
        raise TrainingError(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return frozenset(given) or frozenset(PARTS)


def chosen_peers(given: Iterable[str], *, quick: bool) -> list[str]:
    """Return the names of the methods to compare: those ``given``, else all, or all but the slow.

    Raises:
        TrainingError: A name is none of the methods'.
    """
    from training.benchmark import peers

    names = [peer.name for peer in peers.PEERS]
    wanted = [name.strip() for each in given for name in each.split(",")]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise TrainingError(
            f"no method is called {', '.join(unknown)}; there are {', '.join(names)}"
        )
    if wanted:
        return [name for name in names if name in wanted]
    return [name for name in names if not (quick and name in peers.SLOW)]


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<58}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
