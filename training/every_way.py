"""Records in every way in which they may be asked about, to be measured in all of them."""

import polars as pl

from data.record import INPUT_TYPES
from training.masks import MASKS, masked


def every_way(records: pl.DataFrame) -> pl.DataFrame:
    """Return ``records`` as they are, and then as each mask leaves them where it changes them."""
    numbered = records.with_row_index("__row")
    asked = pl.concat([numbered, *(masked(numbered, name) for name in MASKS)])
    # Polars tells no lists apart: a copy without its skills alone counts as the record itself.
    plain = [name for name in ("__row", *INPUT_TYPES) if name != "skills"]
    return asked.unique(plain, maintain_order=True).drop("__row")
