"""How much each record counts: no source may speak for more than half of a pooled fit."""

import polars as pl

MOST = 0.5


def balanced(records: pl.DataFrame) -> pl.Series:
    """Return the weight of each record, shape (rows,).

    Where several sources are pooled and one outweighs all others together, its weights are scaled
    down until it counts as much as they do.
    """
    weight = records["weight"]
    of_source = records.group_by("source").agg(pl.col("weight").sum()).sort("weight")
    total = float(of_source["weight"].sum())
    largest, own = of_source.row(-1)
    if of_source.height < 2 or own <= MOST * total:
        return weight
    shrink = (total - own) / own
    return records.select(
        pl.when(pl.col("source") == largest)
        .then(pl.col("weight") * shrink)
        .otherwise(pl.col("weight"))
        .alias("weight")
    )["weight"]
