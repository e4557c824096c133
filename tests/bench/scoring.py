"""``make bench-scoring``: ``paylens-score`` beside its own boosters on a ready matrix, and MLflow.

Each runs in a process of its own on one core, and they take turns.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated

import numpy as np
import polars as pl
import typer

from serving.model import CompensationModel
from tests.bench.cores import cores_here
from tests.bench.cost import Cost, cost
from tests.bench.goals import Goal, goals, ratio
from tests.bench.matrix import walked, write_matrix
from tests.bench.page import machine, write_section
from tests.bench.peers import registered
from tests.bench.people import write_people
from tests.bench.sides import BARE, CSV, LIGNUM, MLFLOW, PARQUET, Side, score, sides
from training.benchmark.markdown import NONE, table

LEAST_RATE, MOST_GROWTH = 0.8, 1.1
CENT = 0.01
SMALLER = 10
"""Memory is also measured of a file with so many times fewer rows."""


@dataclass
class Figures:
    """What was measured of one side, one value a round.

    Attributes:
        rates: Rows a second.
        processor: Processor seconds a row.
        megabytes: Peak memory.
        said: SHA-256 of the answers, where a side tells it.
    """

    rates: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    said: str | None = None

    def add(self, side: Side, rows: int, taken: Cost) -> None:
        """Note what scoring ``rows`` rows has ``taken``."""
        told = json.loads(taken.said) if side.tells else {}
        self.rates.append(rows / told.get("seconds", taken.seconds))
        self.processor.append(told.get("processor_seconds", taken.processor_seconds) / rows)
        self.megabytes.append(taken.megabytes)
        self.said = told.get("said_sha256")


def require_same(folder: Path, measured: Mapping[str, tuple[Side, Figures]]) -> None:
    """Check that all sides have answered alike: what they were timed by is the same work.

    Raises:
        RuntimeError: Two of them have not.
    """
    if measured[BARE][1].said != measured[LIGNUM][1].said:
        raise RuntimeError("LightGBM and lignum do not answer the same")
    ours, parquet, mlflow = (
        read(folder / name)
        for read, name in (
            (pl.read_csv, "scored.csv"),
            (pl.read_parquet, "scored.parquet"),
            (pl.read_csv, "mlflow.csv"),
        )
    )
    if not ours["p50"].equals(parquet["p50"]):
        raise RuntimeError("a CSV and a Parquet file of the same people are answered differently")
    off = np.abs(ours["p50"].to_numpy() - mlflow["p50"].to_numpy()).max()
    # Ours are rounded to the cent; NaN, where one has no answer, is not near either.
    if not off < CENT:
        raise RuntimeError(f"mlflow.pyfunc answers by up to {off} USD otherwise than paylens-score")


def section(
    measured: Mapping[str, tuple[Side, Figures]],
    smaller: Mapping[str, float],
    rows: int,
    pinned_to: bool,
) -> str:
    """Return the section of the page.

    Args:
        measured: Of each side.
        smaller: Name of a side -> its peak memory on ``SMALLER`` times fewer rows, MB.
        rows: How many were scored.
        pinned_to: Whether each had a core.
    """
    ours = measured[CSV][1]
    few = f"{rows // SMALLER:,}"
    lines = [
        [
            side.label,
            f"{median(each.rates):,.0f}",
            f"{_to(ours, each):,.2f}",
            f"{1e6 * median(each.processor):,.1f}",
            f"{max(each.megabytes):,.0f}",
            f"{smaller[side.name]:,.0f}" if side.name in smaller else NONE,
            side.does,
        ]
        for side, each in measured.values()
    ]
    head = [
        *("scoring", "rows/s", "paylens-score, CSV, to it", "processor a row, µs"),
        *(f"peak memory, {rows:,} rows, MB", f"{few} rows, MB", "what it does"),
    ]
    of_kind = ((CSV, "a CSV"), (PARQUET, "a Parquet file"))
    asked = [
        Goal(
            f"rows/s of paylens-score on {kind} over `Booster.predict`'s on a ready matrix",
            _to(measured[name][1], measured[BARE][1]),
            LEAST_RATE,
        )
        for name, kind in of_kind
    ]
    asked += [
        Goal(
            f"peak memory on {kind} of {rows:,} rows over that on {few}",
            max(measured[name][1].megabytes) / smaller[name],
            MOST_GROWTH,
            at_least=False,
        )
        for name, kind in of_kind
    ]
    rounds = len(ours.rates)
    where = "one core and one thread for each" if pinned_to else "one thread for each"
    return f"""{machine()} {rows:,} invented people, {rounds} rounds in which they took turns,
{where}; `mlflow.pyfunc` had the first round alone. Figures are medians, ratios the medians of each
round's, memory the most of all rounds.

{table(head, lines)}

Of paylens-score and of `mlflow.pyfunc` everything counts, from the start of the process to its end;
of the bare boosters the walk alone: their matrix was encoded, and loaded, before, and they neither
read nor write a word. Both walks answered the same to the last bit, both files of paylens-score the
same medians, and `mlflow.pyfunc` those medians too, but for the rounding to the cent.

{goals(asked)}"""


def _to(ours: Figures, other: Figures) -> float:
    return ratio(ours.rates[: len(other.rates)], other.rates)


def main(
    model: Path,
    rows: Annotated[int, typer.Option(min=1000, help="Of the file.")] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    write: Annotated[bool, typer.Option(help="Write docs/performance.md.")] = True,
) -> None:
    """Measure scoring with the model in the folder MODEL."""
    cores, model = cores_here(), model.absolute()
    core = cores[-1] if len(cores) > 1 else None
    loaded = CompensationModel.load(model)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        typer.echo(f"writing {rows:,} people, and the matrix of them", err=True)
        for kind in (CSV, PARQUET):
            write_people(folder / f"people.{kind}", rows)
            write_people(folder / f"few.{kind}", rows // SMALLER)
        write_matrix(folder / "matrix.npy", folder / "people.csv", rows, loaded)
        registered.save(folder / "mlflow", model)
        names = walked(folder / f"few.{CSV}", loaded)
        wanted = sides(folder, model, names, sum(loaded.boosters[each].trees for each in names))
        measured = {each.name: (each, Figures()) for each in wanted}
        for number in range(rounds):
            for side, figures in measured.values():
                if number and side.name == MLFLOW:
                    continue
                figures.add(side, rows, cost(side.command, core))
                typer.echo(
                    f"round {number + 1}, {side.name:<9} {figures.rates[-1]:9,.0f} rows/s, "
                    f"{1e6 * figures.processor[-1]:6.1f} µs of processor a row, "
                    f"peak {figures.megabytes[-1]:,.0f} MB",
                    err=True,
                )
        require_same(folder, measured)
        smaller = {}
        for kind in (CSV, PARQUET):
            few = score(folder / f"few.{kind}", folder / f"scored-few.{kind}", model)
            smaller[kind] = cost(few, core).megabytes
    text = section(measured, smaller, rows, core is not None)
    print(text)  # noqa: T201
    if write:
        write_section("Scoring", text)


if __name__ == "__main__":
    typer.run(main)
