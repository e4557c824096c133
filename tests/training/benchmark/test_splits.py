import polars as pl

from tests.records import make_records
from training.benchmark.splits import SPLITS, split_of
from training.config import Config
from training.split import grouped_random


def test_every_way_of_splitting_makes_the_split_it_names() -> None:
    names = pl.Series("company", [f"company {row % 50}" for row in range(600)])
    records = make_records(600).with_columns(names)
    for name in SPLITS:
        split = split_of(records, name, 0)
        assert split is not None
        assert split.name == name


def test_the_random_split_is_the_one_that_a_fit_is_judged_by() -> None:
    records = make_records(600)
    split = split_of(records, "grouped_random", 3)
    assert split is not None
    assert split.test.equals(grouped_random(records, Config().test_share, 3).test)
