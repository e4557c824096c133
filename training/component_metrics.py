"""How good predicted components are: their errors, and the coverage of their ranges."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from serving.component_ranges import COMPONENTS, keys_of
from serving.model import CompensationModel
from serving.prediction import Predictions


def component_errors(records: pl.DataFrame, components: np.ndarray) -> dict[str, float]:
    """Return the mean absolute error of each component, USD a year, where it is known."""
    errors = {}
    for place, name in enumerate(("base", "bonus", "equity")):
        known = records["base_usd"].is_not_null().to_numpy() & ~np.isnan(components[:, place])
        if known.any():
            actual = records[f"{name}_usd"].fill_null(0.0).to_numpy()[known]
            error = float(np.mean(np.abs(components[known, place] - actual)))
            errors[f"{name}_mean_absolute_error_usd"] = error
    return errors


def component_coverage(
    model: CompensationModel,
    records: pl.DataFrame,
    predictions: Predictions,
    stated: Sequence[float],
) -> dict[str, float]:
    """Return metric -> coverage of each component's ranges at each of ``stated``."""
    return {
        f"{component}_coverage_{level * 100:.0f}": share
        for component, shares in covered_components(model, records, predictions, stated).items()
        for level, share in zip(stated, shares, strict=True)
    }


def covered_components(
    model: CompensationModel,
    records: pl.DataFrame,
    predictions: Predictions,
    stated: Sequence[float],
) -> dict[str, tuple[float, ...]]:
    """Return component -> measured coverage of its ranges at each of ``stated``.

    Of the ``records`` whose components are known; nothing where there are none.
    """
    known = (records["base_usd"] > 0).fill_null(value=False).to_numpy()
    known &= ~np.isnan(predictions.components[:, 0])
    if model.ranges is None or not known.any():
        return {}
    keys = keys_of(predictions.groups, records["company_stage"])
    actual = records.select(pl.col(f"{name}_usd").fill_null(0.0) for name in COMPONENTS).rows()
    inside = np.zeros((len(COMPONENTS), len(stated)))
    for row in np.flatnonzero(known):
        parts, scale = predictions.components[row].tolist(), float(predictions.scale[row])
        for place, share in enumerate(stated):
            found = model.ranges.of(keys[row], parts, scale, share).values()
            inside[:, place] += [
                each.lower <= amount <= each.upper
                for each, amount in zip(found, actual[row], strict=True)
            ]
    shares = inside / known.sum()
    return {name: tuple(share.tolist()) for name, share in zip(COMPONENTS, shares, strict=True)}
