"""``paylens-train``: from pay records to a tracked, promoted model."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from data.errors import TrainingError
from data.load import refuse_many_rejects
from data.recognition import Recogniser
from data.stages import Stages
from serving.cli import run as run_commands
from serving.registry import settle
from serving.registry import tracking_uri as resolve
from training.config import Config
from training.gather import Pooled, Wanted, gather, refuse_nothing

commands = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(stderr=True)

DEFAULT = Path(".paylens/default")
FITTED = Path(".paylens/fitted")

SourceOption = Annotated[
    list[str], typer.Option("--source", help="NAME=PATH, or market; may be repeated.")
]
StagesOption = Annotated[
    Path | None, typer.Option("--stages", help="Table of company stages by date (layoffs.fyi).")
]
MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", help="TOML file: what the columns of a table source mean."),
]
RejectsOption = Annotated[Path, typer.Option("--rejects", help="Where rejected rows are written.")]
TrackingOption = Annotated[
    str | None,
    typer.Option("--tracking-uri", help="Tracking server; default MLFLOW_TRACKING_URI or SQLite."),
]
MaxRejectedOption = Annotated[
    float | None,
    typer.Option("--max-rejected", min=0, max=1, help="Share of rejected rows that stops the run."),
]


@commands.callback()
def about() -> None:
    """Validate pay data, fit models, compare, promote."""


@commands.command()
def validate(
    source: SourceOption,
    stages: StagesOption = None,
    mapping: MappingOption = None,
    rejects: RejectsOption = Path("rejects.csv"),
    max_rejected: MaxRejectedOption = None,
) -> None:
    """Check sources: rows kept, rejected by rule, words nobody knows."""
    from training.validate import report, write_rejects

    with console.status("reading"):
        pooled = _gather(source, stages, mapping)
    for line in report(pooled.loaded):
        typer.echo(line)
    write_rejects(pooled.loaded, rejects)
    typer.echo(f"every rejected row, with the reason: {rejects}")
    refuse_nothing(pooled.loaded)
    refuse_many_rejects(pooled.loaded, _most(max_rejected, Config()))


@commands.command()
def fit(
    source: SourceOption,
    config: Annotated[Path | None, typer.Option(help="TOML file of choices.")] = None,
    output: Annotated[Path | None, typer.Option(help="Folder for the model.")] = None,
    stages: StagesOption = None,
    mapping: MappingOption = None,
    rejects: RejectsOption = Path("rejects.csv"),
    max_rejected: MaxRejectedOption = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Validate, fit, measure on held-out records, refit on all, track, register.

    The first real model becomes champion, later ones challenger. A model of the synthetic market
    is written to a folder and never registered.
    """
    chosen = Config.read(config) if config else Config()
    wanted = [Wanted.parse(each) for each in source]
    uri = resolve(tracking_uri)
    synthetic = any(each.path is None for each in wanted)
    folder = output or (DEFAULT if synthetic else FITTED)
    _require_folder(folder)

    from training import pipeline
    from training.card import metrics_table
    from training.publish import publish
    from training.tracking.runs import require_server
    from training.validate import write_rejects

    if not synthetic:
        require_server(uri)
    with _progress() as progress:
        task = progress.add_task("starting", total=len(wanted) + pipeline.length(chosen))

        def tell(step: str) -> None:
            progress.update(task, description=step, advance=1)

        pooled = _gather(source, stages, mapping, tell)
        if pooled.loaded.rejects.height:
            write_rejects(pooled.loaded, rejects)
        refuse_nothing(pooled.loaded)
        refuse_many_rejects(pooled.loaded, _most(max_rejected, chosen))
        outcome = pipeline.run(pooled, chosen, _today(), tell)
        outcome.model.save(folder)
        progress.update(task, description="done", completed=progress.tasks[0].total)
    typer.echo(metrics_table(outcome.model.manifest["metrics"]))
    if synthetic:
        typer.echo(f"synthetic model, not registered: {folder}")
        return
    with console.status("logging to MLflow"):
        version, alias = publish(uri, folder, outcome, pooled)
    typer.echo(f"version {version} is {alias} at {uri}; its files: {folder}")


@commands.command()
def evaluate(
    source: SourceOption,
    model: Annotated[
        str | None, typer.Option(help="Folder, models:/paylens@ALIAS; default: the champion.")
    ] = None,
    stages: StagesOption = None,
    mapping: MappingOption = None,
    rejects: RejectsOption = Path("rejects.csv"),
    tracking_uri: TrackingOption = None,
) -> None:
    """Measure any model on any table: error, coverage, coverage by group."""
    from serving.champion import open_model
    from training.card import groups_table, metrics_table
    from training.evaluate import evaluate as measure
    from training.validate import write_rejects

    live = open_model(model, resolve(tracking_uri), DEFAULT)
    with console.status("measuring"):
        pooled = _gather(source, stages, mapping)
        if pooled.loaded.rejects.height:
            write_rejects(pooled.loaded, rejects)
        refuse_nothing(pooled.loaded)
        report = measure(live.model, pooled.loaded.records)
    learned = {told["sha256"] for told in live.model.manifest["data"].get("sources", {}).values()}
    if learned & set(pooled.digests.values()):
        typer.echo("the model learned from these very rows: this is no held-out measure")
    typer.echo(f"model {live.version}, learned from {live.model.manifest['data']['description']}")
    typer.echo(metrics_table({pooled.told["description"]: report.metrics}))
    typer.echo(groups_table(report.by_group))
    if pooled.loaded.rejects.height:
        typer.echo(f"rejected rows, with the reason: {rejects}")


@commands.command()
def promote(
    version: Annotated[str | None, typer.Option(help="Version; default: the challenger.")] = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Make the challenger the champion, once it has been proved to load."""
    from training.promote import promote as lift

    uri = resolve(tracking_uri)
    now, before = lift(uri, version)
    typer.echo(f"version {now} is champion at {uri} (before: {before or 'none'})")


def _gather(
    source: list[str],
    stages: Path | None,
    mapping: Path | None,
    tell: Callable[[str], None] = lambda _: None,
) -> Pooled:
    wanted = [Wanted.parse(each) for each in source]
    recogniser = Recogniser(Stages.read(stages) if stages else Stages())
    return gather(wanted, recogniser, _today(), tell, mapping)


def _require_folder(folder: Path) -> None:
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir():
        raise TrainingError(f"{there}: a file, not a folder; name another with --output")


def _most(given: float | None, config: Config) -> float:
    return config.max_rejected if given is None else given


def _today() -> date:
    return datetime.now(UTC).date()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<45}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        # In a file the bar would be noise, and after an error the error stands alone.
        disable=not console.is_terminal,
        transient=True,
    )


def main() -> None:
    """Run the command line."""
    # Waiting threads that spin make LightGBM many times slower where other work shares the cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    settle()
    run_commands(commands)


if __name__ == "__main__":
    main()
