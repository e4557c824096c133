"""Real pay records repeated until there are enough of them, no two of them alike."""

import numpy as np
import polars as pl

from data.pay import MAX_PAY_USD, MIN_PAY_USD
from data.record import MAX_YEARS

SPREAD, YEARS = 0.05, 0.5
"""Of a repeat: the standard deviation of what its log pay, and the most that its years, differ."""

AMOUNTS = (
    *("base", "bonus", "equity", "total_compensation", "posted_low", "posted_high"),
    *("base_usd", "bonus_usd", "equity_usd"),
)


def repeated(records: pl.DataFrame, rows: int, seed: int = 0) -> pl.DataFrame:
    """Return ``rows`` records: those given, in an order drawn at random, then repeats of them.

    All amounts of a repeat are multiplied by one factor near 1, and up to half a year is added to
    or taken from its years; words are as they were. It stays in the group of what it repeats: in
    another fold it would tell what it says, and early stopping would go on for as long as a method
    can learn people by heart.

    Args:
        records: Records (``data.record.RECORD_TYPES``).
        rows: How many are wanted.
        seed: Of order and jitter.
    """
    chance = np.random.default_rng(seed)
    order = chance.permutation(records.height)
    times = -(-rows // records.height)
    found = [records[order], *(jittered(records[order], chance, n) for n in range(1, times))]
    return pl.concat(found)[:rows]


def jittered(records: pl.DataFrame, chance: np.random.Generator, number: int) -> pl.DataFrame:
    """Return the repeat ``number`` of ``records``."""
    pay = records["pay_usd"].to_numpy()
    drawn = np.exp(chance.normal(0, SPREAD, records.height))
    factor = pl.Series(np.clip(drawn, MIN_PAY_USD / pay, MAX_PAY_USD / pay))
    years = pl.Series(chance.uniform(-YEARS, YEARS, records.height))
    return records.with_columns(
        pl.format("{}#{}", "record_id", pl.lit(number)).alias("record_id"),
        *(pl.col(name) * factor for name in AMOUNTS),
        # Rounding alone could put the pay beyond its bounds again.
        (pl.col("pay_usd") * factor).clip(MIN_PAY_USD, MAX_PAY_USD),
        *(
            (pl.col(name) + years).clip(0, MAX_YEARS)
            for name in ("years_experience", "years_at_company")
        ),
    )
