import polars as pl

from tests.records import make_records
from training.every_way import every_way
from training.masks import masked


def test_every_way_begins_with_the_records_and_tells_no_way_twice() -> None:
    records = make_records(300)
    asked = every_way(records)
    assert asked.head(records.height).equals(records)
    plain = [name for name in records.columns if name != "skills"]
    assert asked.select(plain).is_duplicated().sum() == 0
    barest = masked(records, "all")
    assert barest.select(plain).join(asked, on=plain, how="anti", nulls_equal=True).is_empty()


def test_records_that_are_the_same_in_all_are_asked_each() -> None:
    twice = pl.concat([make_records(50), make_records(50)])
    assert every_way(twice).head(100).equals(twice)
