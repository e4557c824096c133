"""``paylens-train benchmark``: paylens beside its peers on the real tables."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from data.errors import TrainingError

CACHE = Path(".paylens/benchmark")
SEEDS = 3


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
    from training.benchmark.peers import missing, peer_named, versions
    from training.benchmark.plot import picture, save
    from training.benchmark.report import report
    from training.benchmark.run import cores_here, jobs, run, with_copies
    from training.benchmark.sets import tables, wanted
    from training.benchmark.summary import sections

    console = Console(stderr=True)
    today = datetime.now(UTC).date()
    chosen = chosen_peers(peers or (), quick=quick)
    lacking = {name: gone for name in chosen if (gone := missing(peer_named(name)))}
    for name, gone in lacking.items():
        console.print(f"{name}: not installed ({', '.join(gone)}); make bench-accuracy installs it")
    with console.status("reading the tables"):
        recogniser = Recogniser(Stages.read(stages) if stages else Stages())
        found = tables(wanted(source or (), data), recogniser, today, rows, CACHE / "records")
    ready = [name for name in chosen if name not in lacking]
    times = 1 if quick else seeds
    first = jobs(found, ready, times)
    at_once = workers or len(cores_here())
    cache = Cache(CACHE / "results")
    with _progress(console) as progress:
        task = progress.add_task("starting", total=len(first))

        def tell(job: object) -> None:
            progress.update(task, description=str(job), advance=1)

        results = run(first, cache, at_once, tell)
        more = with_copies(results)
        progress.update(task, total=len(first) + len(more))
        results |= run(more, cache, at_once, tell)
    occasion = Occasion(
        day=today,
        seeds=times,
        rows=rows,
        quick=quick,
        missing={peer_named(name).label: gone for name, gone in lacking.items()},
        versions=versions(),
        cores=at_once,
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    save(picture(sections(results)), output.with_suffix(".svg"))
    text = report(results, occasion, output.with_suffix(".svg").name)
    output.write_text(text, encoding="utf-8")
    typer.echo(text.partition("## Where")[0])
    typer.echo(f"written: {output} and {output.with_suffix('.svg')}")


def chosen_peers(given: Iterable[str], *, quick: bool) -> list[str]:
    """Return the names of the methods to compare: those ``given``, else all, or all but the slow.

    Raises:
        TrainingError: A name is none of the methods'.
    """
    from training.benchmark.peers import PEERS, SLOW

    names = [peer.name for peer in PEERS]
    wanted = [name.strip() for each in given for name in each.split(",")]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise TrainingError(
            f"no method is called {', '.join(unknown)}; there are {', '.join(names)}"
        )
    if wanted:
        return [name for name in names if name in wanted]
    return [name for name in names if not (quick and name in SLOW)]


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<58}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
