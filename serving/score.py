"""``paylens-score``: a table of any size with its predictions, row by row."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from data.errors import ChampionError, SourceError
from data.money import usd_rate
from data.recognition import Recogniser
from data.sources import Source, source_named
from data.sources.hr_table import HrTable
from data.sources.mapping import read_mapping
from data.stages import Stages
from serving.champion import Live, open_model
from serving.cli import run as run_command
from serving.registry import tracking_uri as resolve
from serving.scoring.answers import Answers
from serving.scoring.memory import give_back_large
from serving.scoring.reader import Table, open_table
from serving.scoring.run import Run
from serving.scoring.scorer import Scorer, not_read
from serving.scoring.tally import Tally

commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(stderr=True)

MARKET = "market"
DEFAULT = Path(".paylens/default")
"""Where ``make run`` puts the model of the synthetic market."""


def read_percentiles(given: str) -> tuple[int, ...]:
    """Return the percentiles in ``given``, such as "5,50,95", rising.

    Raises:
        BadParameter: One of them is not a whole number from 1 to 99.
    """
    words = [word.strip() for word in given.split(",")]
    wrong = [word for word in words if not (word.isdecimal() and 1 <= int(word) <= 99)]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]!r} is not a whole number from 1 to 99")
    return tuple(sorted({int(word) for word in words}))


@commands.command()
def score(
    table: Annotated[Path, typer.Argument(metavar="IN", help="CSV, Parquet or XLSX.")],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="CSV, Parquet or XLSX; replaced when complete.")
    ],
    *,
    source: Annotated[
        str, typer.Option(help="Format of IN: table (column names of ours), levels_fyi, aijobs …")
    ] = "table",
    model: Annotated[
        str | None,
        typer.Option(help="Folder, models:/paylens@ALIAS, or market; default: the champion."),
    ] = None,
    percentiles: Annotated[str, typer.Option(help="1 to 99, with commas.")] = "5,10,25,50,75,90,95",
    coverage: Annotated[
        float, typer.Option(help="Of the interval lower to upper.", min=0.01, max=0.99)
    ] = 0.8,
    prefix: Annotated[str, typer.Option(help="What the new columns' names begin with.")] = "",
    currency: Annotated[str, typer.Option(help="Of the amounts that are added.")] = "USD",
    safe: Annotated[
        bool,
        typer.Option("--safe", help="Put ' before cells that a spreadsheet takes for a formula."),
    ] = False,
    pay_basis: Annotated[
        Literal["total", "cash", "base", "posted_base"] | None,
        typer.Option(help="What is predicted for all rows; default: as a row says, else total."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day of rows that name none; default: today."),
    ] = None,
    stages: Annotated[
        Path | None, typer.Option(help="Table of company stages by date (layoffs.fyi).")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file: what a table calls our columns.")
    ] = None,
    tracking_uri: Annotated[
        str | None, typer.Option(help="Tracking server; default MLFLOW_TRACKING_URI or SQLite.")
    ] = None,
) -> None:
    """Write IN to OUT with percentiles, an interval and components of pay beside each row.

    Rows keep their order and their columns; amounts are a year's. Pay in IN is not read. A row
    that cannot be answered has the reason in the column problem; where the model learned from
    invented people, each row says so in the column synthetic.
    """
    asked = read_percentiles(percentiles)
    read_as = read_source(source, mapping)
    opened = open_table(table)
    refuse_same(table, out)
    day = as_of.date() if as_of else datetime.now(UTC).date()
    rate = None if currency == "USD" else usd_rate(currency, day)
    live = open_live(model, resolve(tracking_uri))
    answers = Answers(asked, coverage, prefix, live.model.synthetic, rate)
    words = Recogniser(Stages.read(stages) if stages else Stages())
    run = Run(opened, out, Scorer(read_as, words, live.model, answers, day, pay_basis), safe)
    run.require()
    for note in notes(opened, read_as, live):
        typer.echo(f"note: {note}", err=True)
    tally = Tally()
    run.score(tally, console)
    typer.echo(f"{out}: {tally.rows:,} rows scored by model {live.version}")
    if tally.problems:
        typer.echo(f"rows with a problem: {tally.problems:,}, the first {tally.first}")


def read_source(name: str, mapping: Path | None) -> Source:
    """Return the source called ``name``; a table may have a mapping file.

    Raises:
        SourceError: There is none, or a mapping is given for a format whose columns are known.
    """
    source = source_named(name)
    if mapping is None:
        return source
    if not isinstance(source, HrTable):
        raise SourceError(f"--mapping is for a table of your own, and {name} is a known format")
    return HrTable(read_mapping(mapping))


def refuse_same(table: Path, out: Path) -> None:
    """Check that ``out`` is another file than ``table``.

    Raises:
        SourceError: It is the same one, by whatever name.
    """
    if out.exists() and out.samefile(table):
        raise SourceError(f"{out}: IN and OUT are the same file; name another one to write")


def open_live(name: str | None, uri: str) -> Live:
    """Return the model called ``name``; with None the champion of the tracking server ``uri``.

    Raises:
        ArtifactError: The folder is no whole model.
        ChampionError: There is no such model, or the tracking server is out of reach.
    """
    if name == MARKET and not DEFAULT.is_dir():
        raise ChampionError(
            f"no model of the market in {DEFAULT}; make run makes it, and so does "
            "paylens-train fit --source market"
        )
    return open_model(name, uri, DEFAULT)


def notes(table: Table, source: Source, live: Live) -> Iterator[str]:
    """Yield what must be said once of the run."""
    protected = not_read(table, source)
    if protected:
        yield f"protected attributes are not read: {', '.join(protected)}"
    if live.model.synthetic:
        yield "this model learned from a synthetic reference market, not from people's pay"


def main() -> None:
    """Run the command line."""
    # Waiting threads that spin make LightGBM many times slower where other work shares the cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    give_back_large()
    run_command(commands)


if __name__ == "__main__":
    main()
