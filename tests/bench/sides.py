"""Those whose scoring is compared: what each does, and how it runs."""

import sys
from dataclasses import dataclass
from pathlib import Path

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
