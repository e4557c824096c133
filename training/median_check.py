"""Is the typical pay where ``median_interval`` says? Asked where the truth is known.

A model of all records is taken for the truth and pay is drawn from it. Another model learns from
the draws of one half of the people; its interval of the median is held against the known median of
the other half, whose inputs neither its fit nor its certainty has seen.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from serving.certainty import NORMAL_95
from training.certainty import BANDS, COVERED, simulated
from training.config import Config
from training.fit import fit
from training.out_of_fold import Tell
from training.split import drawn

STREAM = int.from_bytes(b"median check")
"""A stream of its own: the synthetic market had left years out by the numbers that drew the pay."""

CHECKED = {
    "fifth": pl.String,  # of the interval's width, or all
    "people": pl.Int64,
    "stated": pl.Float64,
    "measured": pl.Float64,
    "half_width": pl.Float64,  # mean, log pay
}


def check(records: pl.DataFrame, config: Config, tell: Tell) -> pl.DataFrame:
    """Return how many known medians lie in their interval (``CHECKED``), by fifths of its width.

    Raises:
        TrainingError: Too few records for two fits.
    """
    truth = fit(records, config, tell).model
    rng = np.random.default_rng((config.seed, STREAM))
    draws = simulated(truth, records, rng.random(records.height))
    half = drawn(records["group_id"], 0.5, rng)
    invented = records.with_columns(pl.Series("pay_usd", np.exp(draws.log_pay)))
    # What is large of all of them is large of their half: trees of the same size are asked for.
    of_half = replace(config, seed=config.seed + 1, large=max(config.large // 2, 1))
    model = fit(invented.filter(half), of_half, tell).model
    asked = records.filter(~half)
    rows = model.encoder.encode(asked)
    spread = np.exp(model.boosters["spread"].predict(rows))
    error = np.array([model.certainty.error(float(each)) for each in spread])
    off = np.abs(model.predict(asked, ()).location - draws.log_median[~half])
    return table(off, error)


def table(off: np.ndarray, error: np.ndarray) -> pl.DataFrame:
    """Return ``CHECKED`` of medians that are ``off`` the known ones, log pay, shape (rows,)."""
    inside = off <= NORMAL_95 * error
    band = np.digitize(error, np.quantile(error, np.arange(1, BANDS) / BANDS))
    parts = [("all", np.ones(len(off), dtype=bool))]
    parts += [(f"{number + 1} of {BANDS}", band == number) for number in range(BANDS)]
    return pl.DataFrame(
        [
            (name, int(own.sum()), COVERED, float(inside[own].mean()), half_width(error[own]))
            for name, own in parts
            if own.any()
        ],
        schema=CHECKED,
        orient="row",
    )


def half_width(error: np.ndarray) -> float:
    """Return the mean distance of the interval's ends from the median, log pay."""
    return float(NORMAL_95 * error.mean())


def printed(found: pl.DataFrame) -> str:
    """Return ``found`` as a Markdown table."""
    lines = [
        f"| {fifth} | {people:,} | {stated:.0%} | {measured:.1%} | {wide:.3f} |"
        for fifth, people, stated, measured, wide in found.iter_rows()
    ]
    head = "| fifth of the width | people | stated | measured | mean half width (log pay) |"
    return "\n".join([head, "|---|---|---|---|---|", *lines])
