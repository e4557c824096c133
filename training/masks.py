"""Masked copies: records also as someone would ask who leaves the optional inputs out.

A model trained on full rows alone answers a request without a company far too narrowly. Of a share
of the records each therefore enters twice, as it is and with one mask drawn for it; the two weights
add up to the record's own.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from data.matching import read_title
from data.record import INPUT_TYPES

EMPLOYER = ("company", "company_level", "years_at_company")
RANK = ("seniority", "track")
PLACE = ("region", "metro", "locality")
ALWAYS = ("role", "country", "pay_basis", "observed_on", "fte_share", "stage_inferred")
"""What even the barest request holds or is given by default."""

MASKS: Mapping[str, tuple[str, ...]] = {
    "employer": (*EMPLOYER, *RANK),
    "company": EMPLOYER,
    "stage": (*EMPLOYER, "company_stage", "company_size", "industry"),
    "skills": ("skills",),
    "seniority": (*RANK, "company_level"),
    "person": tuple(
        name for name in INPUT_TYPES if name not in (*ALWAYS, *RANK, *PLACE, "years_experience")
    ),
    "all": tuple(name for name in INPUT_TYPES if name not in ALWAYS),
}
"""Mask -> the inputs it blanks.

``person`` leaves what one says of a person when asking by role instead of by title: rank, place and
experience. ``employer`` is asking without company, level and time there: it also takes the
seniority that only the level told, and leaves one that the title tells.
"""


def masked(inputs: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return ``inputs`` with those blanked that the mask called ``name`` hides."""
    kept = told_without_level(inputs) if name == "employer" else None
    return inputs.with_columns(
        _blank(inputs, column)
        if kept is None or column not in RANK
        # Polars reads the mask row by row: the rank stays only where something else tells it.
        else pl.when(kept).then(pl.col(column)).alias(column)
        for column in MASKS[name]
    )


def told_without_level(inputs: pl.DataFrame) -> pl.Series:
    """Return whether each row's seniority stays known when its company's level is not."""
    titles = inputs["title"].unique().drop_nulls().to_list()
    telling = [title for title in titles if read_title(title).seniority is not None]
    told = pl.col("company_level").is_null() | pl.col("title").is_in(telling).fill_null(value=False)
    return inputs.select(told.alias("told"))["told"]


def _blank(inputs: pl.DataFrame, column: str) -> pl.Expr:
    kind = inputs.schema[column]
    return pl.lit([] if column == "skills" else None, kind).alias(column)


def with_masked_copies(
    inputs: pl.DataFrame,
    masks: Mapping[str, float],
    rng: np.random.Generator,
    copied: float = 1.0,
) -> tuple[pl.DataFrame, np.ndarray]:
    """Return ``inputs`` followed by a masked copy of each drawn row that its mask changes.

    Args:
        inputs: Inputs of records, shape (rows,).
        masks: Mask -> how often it is drawn; any positive scale.
        rng: Draws the masks.
        copied: Share of the rows that a mask is drawn for, 0 to 1.

    Returns:
        The rows and their copies, and for each of them the number of the record it came from.
    """
    names = list(masks)
    odds = np.array([masks[name] for name in names], dtype=float)
    drawn = rng.choice(len(names), size=inputs.height, p=odds / odds.sum())
    drawn[rng.random(inputs.height) >= copied] = len(names)
    copies, origins = [inputs], [np.arange(inputs.height)]
    for number, name in enumerate(names):
        rows = np.flatnonzero(drawn == number)
        original = inputs[rows]
        copy = masked(original, name)
        changed = said(original, name) > said(copy, name)
        copies.append(copy.filter(changed))
        origins.append(rows[changed])
    return pl.concat(copies), np.concatenate(origins)


def said(inputs: pl.DataFrame, name: str) -> np.ndarray:
    """Return how many of the inputs that the mask ``name`` hides each row states."""
    stated = [
        pl.col(column).list.len() > 0 if column == "skills" else pl.col(column).is_not_null()
        for column in MASKS[name]
    ]
    return inputs.select(pl.sum_horizontal(stated)).to_series().to_numpy()
