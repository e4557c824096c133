"""``make bench-explaining``: what an explanation costs beside LightGBM's own contributions."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import lightgbm as lgb
import numpy as np
import typer

from data.recognition import Recogniser
from data.stages import Stages
from serving.model import CompensationModel
from serving.prediction import Factor
from tests.bench.goals import Goal, goals
from tests.bench.page import machine, write_section
from tests.bench.people import requests
from training.benchmark.markdown import table

LEAST_RATIO = 3.0
MOST_GAP = 1e-12
"""Of the product of factors from the median: floats multiplied one after another err by less."""


def gap(factors: list[Factor], predicted_usd: float) -> float:
    """Return how far the product of ``factors`` is from what was predicted, as a share of it.

    >>> gap([Factor("baseline", 50_000.0), Factor("role", 1.5)], 75_000.0)
    0.0
    """
    return abs(math.prod(each.factor for each in factors) / predicted_usd - 1)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds ``work`` took, and what it returned."""
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done


def section(ours: list[float], theirs: list[float], gaps: list[float], trees: str) -> str:
    """Return the section of the page.

    Args:
        ours: Seconds of each explanation.
        theirs: Seconds of LightGBM's contributions to the same predictions.
        gaps: Of the product of factors from the prediction, as a share of it.
        trees: What both walk.
    """
    rows = [
        [name, f"{1e3 * median(each):,.2f}", f"{1e3 * np.quantile(each, 0.99):,.2f}"]
        for name, each in (
            ("**paylens**, a factor for each field that is known", ours),
            ("LightGBM, `pred_contrib`, a number for each column", theirs),
        )
    ]
    cheaper = median(other / one for one, other in zip(ours, theirs, strict=True))
    asked = [
        Goal("LightGBM's time over ours, median of all predictions", cheaper, LEAST_RATIO),
        Goal(
            "most that the product of factors is off the median, as a share of it",
            *(max(gaps), MOST_GAP, False, "{:.1e}"),
        ),
    ]
    return f"""{machine()} {len(ours)} explanations of distinct predictions by both in turn, on one
thread each, of the same booster, the location ({trees}).

{table(["explanation", "median, ms", "p99, ms"], rows)}

Both add up to the prediction. *Ours* asks the booster what each field changes when it is put in, in
a few orders, beginning with a person of whom nothing is known (`serving.explanation`).
*`pred_contrib`* gives exact Shapley values over the columns of the matrix, beginning with an
average person; columns of one field would still have to be added up.

{goals(asked)}"""


def main(
    model: Path,
    count: Annotated[int, typer.Option("--rows", min=1, help="Predictions explained.")] = 200,
    write: Annotated[bool, typer.Option(help="Write docs/performance.md.")] = True,
) -> None:
    """Measure explanations by the model in the folder MODEL."""
    ours = CompensationModel.load(model)
    location = lgb.Booster(model_str=ours.boosters["location"].text)
    recogniser, today = Recogniser(Stages()), datetime.now(UTC).date()
    taken: dict[str, list[float]] = {"ours": [], "theirs": []}
    gaps = []
    for _, record in requests(count, recogniser, today):
        prediction = ours.predict_one(record)
        row = prediction.row.reshape(1, -1)
        seconds, factors = timed(partial(ours.explain, prediction))
        taken["ours"].append(seconds)
        seconds, added = timed(partial(location.predict, row, pred_contrib=True, num_threads=1))
        taken["theirs"].append(seconds)
        if not math.isclose(added.sum(), location.predict(row)[0], rel_tol=1e-9):
            raise RuntimeError("LightGBM's contributions do not add up to its prediction")
        gaps.append(gap(factors, math.exp(prediction.location)))
    trees = f"{ours.boosters['location'].trees:,} trees"
    text = section(taken["ours"], taken["theirs"], gaps, trees)
    print(text)  # noqa: T201
    if write:
        write_section("Explaining", text)


if __name__ == "__main__":
    typer.run(main)
