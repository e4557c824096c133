"""``make bench-scoring``: ``paylens-score`` beside its own boosters on a ready matrix, and MLflow.

Each runs in a process of its own on one core, and they take turns.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer

from data.recognition import Recogniser
from data.sources import source_named
from data.stages import Stages
from serving.model import CompensationModel
from serving.scoring.answers import Answers
from serving.scoring.reader import open_table
from serving.scoring.scorer import Scorer
from tests.bench.cores import cores_here
from tests.bench.cost import Cost, cost
from tests.bench.goals import Goal, goals, ratio
from tests.bench.page import machine, write_section
from tests.bench.peers import registered
from tests.bench.people import write_people
from training.benchmark.markdown import NONE, table

LEAST_RATE, MOST_GROWTH = 0.8, 1.1
CENT = 0.01
SMALLER = 10
"""Memory is also measured of a file with so many times fewer rows."""

CSV, PARQUET, BARE, LIGNUM, MLFLOW = "csv", "parquet", "lightgbm", "lignum", "mlflow"
WHOLE = "reads a file, recognises words, predicts 7 percentiles, interval and components, writes"


@dataclass(frozen=True, slots=True)
class Side:
    """One of those that are compared.

    Attributes:
        name: Short.
        label: As the page calls it.
        does: What it does.
        command: How it runs.
        tells: Whether it says itself how long the part took that counts; else all of it counts.
    """

    name: str
    label: str
    does: str
    command: tuple[str, ...]
    tells: bool = False


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


class Watched:
    """A booster of which it is noted that it was asked."""

    def __init__(self, name: str, booster: Any, asked: list[str]) -> None:
        self._name, self._booster, self._asked = name, booster, asked

    def predict(self, rows: np.ndarray, threads: int = 1) -> np.ndarray:
        """Return the booster's answers."""
        self._asked.append(self._name)
        answer: np.ndarray = self._booster.predict(rows, threads)
        return answer


def scorer(model: CompensationModel) -> Scorer:
    """Return what ``paylens-score`` answers rows with, unless it is told otherwise."""
    answers = Answers((5, 10, 25, 50, 75, 90, 95), 0.8)
    today = datetime.now(UTC).date()
    return Scorer(source_named("table"), Recogniser(Stages()), model, answers, today)


def encoded(path: Path, model: CompensationModel) -> Iterator[tuple[pl.DataFrame, np.ndarray]]:
    """Yield the inputs of the table at ``path``, and what the model sees of them, by batches."""
    for _, rows in scorer(model).read(open_table(path)):
        yield rows.inputs, model.encoder.encode(rows.inputs)


def walked(path: Path, model: CompensationModel) -> list[str]:
    """Return the names of the boosters that ``paylens-score`` walks for the table at ``path``.

    Found by watching it: they are all that the bare boosters have to walk.
    """
    asked: list[str] = []
    watched = {name: Watched(name, each, asked) for name, each in model.boosters.items()}
    seen = CompensationModel(
        *(model.encoder, watched, model.calibration, model.coverage, model.support),  # type: ignore[arg-type]
        model.manifest,
    )
    next(scorer(seen).scored(open_table(path)))
    return sorted(set(asked))


def write_matrix(path: Path, table: Path, rows: int, model: CompensationModel) -> None:
    """Write the ``rows`` rows of ``table`` as the model sees them, float32, to ``path``."""
    shape = (rows, len(model.encoder.columns))
    matrix = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    start = 0
    for _, part in encoded(table, model):
        matrix[start : start + len(part)] = part
        start += len(part)
    matrix.flush()


def score(table: Path, out: Path, model: Path) -> tuple[str, ...]:
    """Return the command that scores ``table`` into ``out``, as ``paylens-score`` does."""
    elsewhere = ("--tracking-uri", f"sqlite:///{out.with_name('none.db')}")
    return (
        *(sys.executable, "-m", "serving.score", str(table), str(out)),
        *("--model", str(model), *elsewhere),
    )


def sides(folder: Path, model: Path, names: list[str], trees: int) -> list[Side]:
    """Return all that are compared, ours first.

    Args:
        folder: With the files to score, the matrix and the model as MLflow's.
        model: Folder of our model.
        names: The boosters that are walked.
        trees: How many trees they have.
    """
    python = (sys.executable, "-m")
    walk = f"walks the same {len(names)} boosters, {trees:,} trees, and nothing else"
    ready = (str(model), str(folder / "matrix.npy"), *names)
    bare = (*python, "tests.bench.peers.boosters")
    csv = folder / "people.csv"
    parquet = folder / "people.parquet"
    mlflow = (str(folder / "mlflow"), str(csv), str(folder / "mlflow.csv"))
    return [
        Side(CSV, "**paylens-score**, CSV to CSV", WHOLE, score(csv, folder / "scored.csv", model)),
        Side(
            PARQUET,
            "**paylens-score**, Parquet to Parquet",
            WHOLE,
            score(parquet, folder / "scored.parquet", model),
        ),
        Side(
            BARE,
            "LightGBM's `Booster.predict`, a ready float32 matrix",
            walk,
            (*bare, BARE, *ready),
            tells=True,
        ),
        Side(
            LIGNUM,
            "lignum, which paylens walks trees by, a ready float64 matrix",
            walk,
            (*bare, LIGNUM, *ready),
            tells=True,
        ),
        Side(
            MLFLOW,
            "`mlflow.pyfunc`, our registered model, CSV to CSV",
            "reads by pandas, recognises words, predicts 19 percentiles, writes by pandas",
            (*python, "tests.bench.peers.registered", *mlflow),
        ),
    ]


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
