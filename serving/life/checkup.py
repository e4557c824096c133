"""Whether a model may come into service: whole, and its answers what every answer promises.

Checksums say that nobody changed the files; not that their numbers make sense together. So a model
answers a few reference people made of its own commonest and rarest words before anyone is served.
"""

import math
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from data.errors import ArtifactError, CheckupError
from data.record import INPUT_TYPES
from serving.model import CompensationModel
from serving.prediction import Prediction

LEVELS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
COVERAGES = (0.5, 0.8, 0.9)
TOLERANCE = 1e-6
"""Relative; sums and products of doubles are nearer than that."""


def load_checked(folder: Path) -> CompensationModel:
    """Return the model stored in ``folder``, which has answered its reference people.

    Raises:
        ArtifactError: The folder is no whole, unchanged model of a known format version.
        CheckupError: It is, and its answers break what every answer promises.
    """
    try:
        model = CompensationModel.load(folder)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
        raise ArtifactError(f"{folder}: its files are whole but do not fit ({told})") from error
    try:
        for wrong in found_wrong(model):
            raise CheckupError(f"{folder}: {wrong}; train the model again")
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
        raise CheckupError(f"{folder}: it cannot answer a reference person ({told})") from error
    return model


def found_wrong(model: CompensationModel) -> Iterator[str]:
    """Yield what is wrong with the answers of ``model`` to its reference people."""
    people = list(reference_people(model))
    if not people:
        yield "it learned from pay of no basis"
        return
    frame = pl.DataFrame(people, schema=dict(INPUT_TYPES))
    many = model.predict(frame, LEVELS)
    for index, person in enumerate(people):
        prediction = model.predict_one(person)
        for wrong in (
            *_of_quantiles(model, prediction),
            *_of_parts(model, prediction),
            *_of_many(model.quantile(prediction, 0.5), float(many.quantiles[index, 4])),
        ):
            yield f"asked about {_named(person)}, {wrong}"


def reference_people(model: CompensationModel) -> Iterator[dict[str, Any]]:
    """Yield inputs: of each pay basis the commonest and the rarest words, and nothing known."""
    day = date.fromisoformat(model.manifest["data"]["observed_to"])
    words = {name: seen for name, seen in model.support.words.items() if seen}
    common = {name: max(seen, key=lambda each: seen[each]) for name, seen in words.items()}
    rare = {name: min(seen, key=lambda each: seen[each]) for name, seen in words.items()}
    for basis in model.support.bases:
        for chosen in (common, rare, {}):
            person = {**dict.fromkeys(INPUT_TYPES), **chosen}
            person |= {"skills": [chosen["skills"]] if "skills" in chosen else []}
            yield person | {"observed_on": day, "pay_basis": basis}


def _of_quantiles(model: CompensationModel, prediction: Prediction) -> Iterator[str]:
    pays = [model.quantile(prediction, level) for level in LEVELS]
    if not all(math.isfinite(pay) and pay > 0 for pay in pays):
        yield f"its percentiles are no amounts of money: {pays}"
    elif any(before > after for before, after in pairwise(pays)):
        yield f"its percentiles fall: {pays}"
    for coverage in COVERAGES:
        lower, upper = model.interval(prediction, coverage)
        if not lower <= model.quantile(prediction, 0.5) <= upper:
            yield f"its median is outside its {100 * coverage:.0f} % interval"
    lower, upper = model.median_interval(prediction)
    if not 0 < lower <= upper < math.inf:
        yield f"its median lies from {lower} to {upper}"


def _of_parts(model: CompensationModel, prediction: Prediction) -> Iterator[str]:
    median = model.quantile(prediction, 0.5)
    parts = model.components(prediction)
    if parts is not None and not (
        min(parts.base, parts.bonus, parts.equity) >= 0
        and math.isclose(parts.base + parts.bonus + parts.equity, median, rel_tol=TOLERANCE)
    ):
        yield f"its components {parts} do not add up to its median {median}"
    product = math.prod(each.factor for each in model.explain(prediction))
    if not math.isclose(product, median, rel_tol=TOLERANCE):
        yield f"its factors multiply to {product}, its median is {median}"


def _of_many(alone: float, among_many: float) -> Iterator[str]:
    if not math.isclose(alone, among_many, rel_tol=TOLERANCE):
        yield f"its median is {alone} alone and {among_many} in a file"


def _named(person: dict[str, Any]) -> str:
    known = [str(person[name]) for name in ("role", "country", "pay_basis") if person[name]]
    return ", ".join(known)
