"""``paylens-train``: from pay records to a tracked, promoted model.

Long, as all commands stand here with their options; what they do is elsewhere.
"""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

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
from training.benchmark.command import benchmark
from training.config import Config
from training.gather import Pooled, Wanted, gather, refuse_nothing

commands = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(stderr=True)

DEFAULT = Path(".paylens/default")
FITTED = Path(".paylens/fitted")
BACKTEST = Path(".paylens/backtest")
RECALIBRATED = Path(".paylens/recalibrated")

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
WindowOption = Annotated[
    int, typer.Option("--window", min=1, help="Months of outcomes that a recalibration uses.")
]
DelayOption = Annotated[
    int, typer.Option("--delay", min=0, help="Months until a month's outcomes are all known.")
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
    learned = _learned_from(live.model.manifest)
    if learned & set(pooled.digests.values()):
        typer.echo("the model learned from these very rows: this is no held-out measure")
    typer.echo(f"model {live.version}, learned from {live.model.manifest['data']['description']}")
    typer.echo(metrics_table({pooled.told["description"]: report.metrics}))
    typer.echo(groups_table(report.by_group))
    if pooled.loaded.rejects.height:
        typer.echo(f"rejected rows, with the reason: {rejects}")


@commands.command("check-median")
def check_median(
    source: SourceOption,
    config: Annotated[Path | None, typer.Option(help="TOML file of choices.")] = None,
    stages: StagesOption = None,
    mapping: MappingOption = None,
) -> None:
    """Check median_interval where the truth is known: on pay simulated for the people of a source.

    Two whole fits: one is taken for the truth, one learns from what is drawn from it.
    """
    chosen = Config.read(config) if config else Config()

    from training.fit import steps
    from training.median_check import check, printed

    with _progress() as progress:
        task = progress.add_task("starting", total=len(source) + 2 * steps(chosen))

        def tell(step: str) -> None:
            progress.update(task, description=step, advance=1)

        pooled = _gather(source, stages, mapping, tell)
        refuse_nothing(pooled.loaded)
        found = check(pooled.loaded.records, chosen, tell)
    typer.echo(printed(found))


@commands.command()
def backtest(
    *,
    source: SourceOption,
    cuts: Annotated[
        list[float] | None,
        typer.Option(
            min=0.01,
            max=0.99,
            help="Share of the records trained on, default 0.8; may be repeated.",
        ),
    ] = None,
    window: WindowOption = 3,
    delay: DelayOption = 1,
    config: Annotated[Path | None, typer.Option(help="TOML file of choices.")] = None,
    output: Annotated[Path, typer.Option(help="Folder for table and plot.")] = BACKTEST,
    stages: StagesOption = None,
    mapping: MappingOption = None,
    rejects: RejectsOption = Path("rejects.csv"),
    max_rejected: MaxRejectedOption = None,
) -> None:
    """Replay the past: train up to a month, judge the months after, static and recalibrated."""
    chosen = Config.read(config) if config else Config()
    _require_folder(output)

    from training import backtest as replayed
    from training.plots import backtest_plot
    from training.replay import Pace
    from training.validate import write_rejects

    with _progress() as progress:
        task = progress.add_task("starting", total=None)

        def tell(step: str) -> None:
            progress.update(task, description=step, advance=1)

        pooled = _gather(source, stages, mapping, tell)
        if pooled.loaded.rejects.height:
            write_rejects(pooled.loaded, rejects)
        refuse_nothing(pooled.loaded)
        refuse_many_rejects(pooled.loaded, _most(max_rejected, chosen))
        records = pooled.loaded.records
        at = replayed.cuts_of(records, cuts or [0.8])
        progress.update(task, total=len(source) + replayed.length(chosen, at))
        found = replayed.backtest(records, chosen, at, Pace(window, delay), tell)
    output.mkdir(parents=True, exist_ok=True)
    found.months.write_csv(output / "backtest.csv")
    backtest_plot(found.months).savefig(output / "backtest.png", dpi=120)
    typer.echo(replayed.tables(found))
    typer.echo(f"every month: {output / 'backtest.csv'}; plot: {output / 'backtest.png'}")


commands.command()(benchmark)


@commands.command()
def recalibrate(
    *,
    source: SourceOption,
    model: Annotated[
        str | None, typer.Option(help="Folder, models:/paylens@ALIAS; default: the champion.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder for the new model; it must hold none yet.")
    ] = None,
    window: WindowOption = 3,
    delay: DelayOption = 1,
    stages: StagesOption = None,
    mapping: MappingOption = None,
    rejects: RejectsOption = Path("rejects.csv"),
    max_rejected: MaxRejectedOption = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Move a model's calibration to recent records of pay, without a fit; it stays as it is.

    The new model is written to a folder of its own. One that came from the registry is registered
    beside it as challenger.
    """
    from serving import artifact
    from serving.champion import MODELS, open_model
    from serving.registry import fetch
    from training.publish import publish_recalibrated
    from training.renewal import renew
    from training.replay import Pace
    from training.validate import write_rejects

    uri = resolve(tracking_uri)
    registered = model is None or model.startswith(MODELS)
    today = _today()
    folder = output or RECALIBRATED / today.isoformat()
    _require_folder(folder)
    if (folder / artifact.MANIFEST).exists():
        raise TrainingError(f"{folder}: holds a model already; name another with --output")
    live = open_model(model, uri)
    origin = fetch(uri, live.version).folder if registered else Path(str(model))
    with console.status("recalibrating"):
        pooled = _gather(source, stages, mapping)
        if pooled.loaded.rejects.height:
            write_rejects(pooled.loaded, rejects)
        refuse_nothing(pooled.loaded)
        refuse_many_rejects(pooled.loaded, _most(max_rejected, Config()))
        digest = artifact.digest(origin)
        renewal = renew(live.model, digest, pooled, Pace(window, delay), today)
        renewal.model.save(folder)
    typer.echo(renewal.said)
    if not registered:
        typer.echo(f"recalibrated model: {folder}; the one it came from is unchanged")
        return
    with console.status("logging to MLflow"):
        version, alias = publish_recalibrated(uri, folder, renewal, pooled.digests)
    typer.echo(f"version {version} is {alias} at {uri}; its files: {folder}")


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


def _learned_from(manifest: Mapping[str, Any]) -> set[str]:
    told = [manifest["data"], manifest.get("recalibrated", {}).get("data", {})]
    return {source["sha256"] for data in told for source in data.get("sources", {}).values()}


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
