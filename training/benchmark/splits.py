"""The ways in which a table is split into what is learned from and what is measured on."""

import polars as pl

from training.benchmark.peers import LOOK_UP, PAYLENS, SAME_BOOSTERS
from training.config import Config
from training.split import Split, by_company, grouped_random, temporal

RANDOM, LATER, BY_COMPANY = SPLITS = ("grouped_random", "temporal", "by_company")

COLD = (PAYLENS, LOOK_UP, SAME_BOOSTERS)
"""Methods compared on employers never seen, and with minimal inputs."""


def split_of(records: pl.DataFrame, split: str, seed: int) -> Split | None:
    """Return ``records`` split in the way called ``split``; None where that cannot be done."""
    share = Config().test_share
    if split == RANDOM:
        return grouped_random(records, share, seed)
    return temporal(records, share) if split == LATER else by_company(records, share, seed)
