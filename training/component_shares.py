"""How pay splits into base, bonus and equity: what the small boosters learn, and how they err."""

from dataclasses import replace
from functools import partial

import numpy as np

from serving.calibration import Calibration, groups
from serving.component_ranges import ComponentRanges, keys_of
from serving.components import split_many
from training.config import Config
from training.out_of_fold import OutOfFold
from training.sample import Sample
from training.trees import Rows, grow, side_by_side


def components(sample: Sample, rows: Rows, config: Config) -> dict[str, Rows]:
    """Return what ``base_share`` and ``equity_share`` learn from; nothing without splits."""
    known = splits(sample, config)
    return {name: learned(rows, *each) for name, each in known.items()}


def splits(sample: Sample, config: Config) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return for each share the part, the whole (USD a year), and which rows tell of it."""
    base, bonus, equity = parts_of(sample).T
    told = (base > 0) & (sample.frame["pay_basis"] == "total").to_numpy()
    varies = told & (bonus + equity > 0)
    if varies.sum() < config.least_records:
        return {}
    return {
        "base_share": (base, base + bonus + equity, told),
        "equity_share": (equity, bonus + equity, varies),
    }


def parts_of(sample: Sample) -> np.ndarray:
    """Return base, bonus and equity, USD a year, shape (rows, 3); 0 where none is stated."""
    return np.column_stack(
        [
            sample.frame[f"{name}_usd"].fill_null(0.0).to_numpy()
            for name in ("base", "bonus", "equity")
        ]
    )


def learned(rows: Rows, part: np.ndarray, whole: np.ndarray, own: np.ndarray) -> Rows:
    """Return the rows of ``own`` with ``part`` as a share of ``whole`` to learn."""
    seen = rows.filter(own)
    # Each share weighs by the money it splits, as the error is counted in money.
    return replace(seen, target=part[own] / whole[own], weight=seen.weight * whole[own] / 1e5)


def component_ranges(
    sample: Sample,
    rows: Rows,
    out: OutOfFold,
    scale: np.ndarray,
    calibration: Calibration,
    config: Config,
) -> ComponentRanges | None:
    """Return where components fall, measured out of fold; None without splits.

    Args:
        sample: What is learned from.
        rows: The same, encoded.
        out: Out-of-fold locations and the folds.
        scale: Out-of-fold scales, shape (rows,).
        calibration: Offsets of the location.
        config: Every choice.
    """
    known = splits(sample, config)
    if not known:
        return None

    def one(number: int) -> tuple[np.ndarray, ...]:
        own = out.fold == number
        return tuple(
            grow(
                learned(rows, part, whole, told & ~own),
                config.small,
                config.small_rounds,
                config.seed,
            ).predict(rows.matrix[own])
            for part, whole, told in known.values()
        )

    shares = np.empty((2, len(out.fold)))
    for number, found in enumerate(side_by_side(partial(one), range(config.folds))):
        shares[:, out.fold == number] = found
    names = groups(sample.inputs)
    median = np.exp(out.location + np.array([calibration.offset(name) for name in names]))
    told = known["base_share"][2]
    keys = np.array(keys_of(names, sample.frame["company_stage"]))
    return ComponentRanges.measure(
        keys[told].tolist(),
        split_many(median, *shares)[told],
        parts_of(sample)[told],
        scale[told],
        sample.weight[told],
    )
