from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.training.benchmark.conftest import stored
from training.benchmark.pooling import (
    ALL,
    BY_BASIS,
    BY_SOURCE,
    Pool,
    losses,
    measure,
    poolable,
    section,
    shapes,
)
from training.benchmark.sets import Table
from training.benchmark.splits import RANDOM, split_of
from training.config import Config


@pytest.fixture
def sources(told: Table, advertised: Table) -> list[tuple[str, Path]]:
    return poolable([told, advertised], None)


def test_a_kind_of_pay_that_one_source_has_alone_is_that_sources_own_model(
    sources: list[tuple[str, Path]],
) -> None:
    found = shapes(sources, 0, None)
    assert found[ALL] == [Pool(tuple(sources), None, 0)]
    assert found[BY_SOURCE] == [Pool((source,), None, 0) for source in sources]
    assert set(found[BY_BASIS]) == set(found[BY_SOURCE])


def test_a_source_of_two_kinds_of_pay_is_told_apart_by_basis(told: Table, tmp_path: Path) -> None:
    half = pl.int_range(pl.len()) % 2 == 0
    mixed = pl.read_parquet(told.records).with_columns(
        pl.when(half).then(pl.lit("cash")).otherwise(pl.lit("total")).alias("pay_basis")
    )
    both = stored("both", mixed, tmp_path)
    found = shapes([(told.name, told.records), (both.name, both.records)], 0, None)
    assert [(pool.basis, len(pool.sources)) for pool in found[BY_BASIS]] == [
        ("cash", 1),
        ("total", 2),
    ]


def test_each_source_is_judged_on_its_own_held_out_groups(
    sources: list[tuple[str, Path]], config: Path
) -> None:
    (pool,) = shapes(sources, 0, config)[ALL]
    found = measure(pool)
    for name, path in sources:
        split = split_of(pl.read_parquet(path), RANDOM, 0)
        assert split is not None
        assert found[name]["records"] == split.test.height
        assert 0 < found[name]["pinball_loss"] < 0.3


def test_a_source_too_small_for_a_model_of_its_own_is_not_pooled(
    told: Table, tmp_path: Path
) -> None:
    few = pl.read_parquet(told.records).head(Config().least_records)
    assert poolable([stored("few", few, tmp_path)], None) == []


def test_a_table_made_of_another_is_not_pooled_with_it(told: Table) -> None:
    minimal = replace(told, name="minimal", peers=("paylens",))
    assert poolable([told, minimal], None) == [(told.name, told.records)]


def test_a_source_of_several_models_is_judged_by_all_its_held_out_records() -> None:
    one, other = (Pool((("a", Path("a.parquet")),), basis, 0) for basis in ("total", "cash"))
    found = {
        one: {"a": {"pinball_loss": 0.1, "records": 300.0}},
        other: {"a": {"pinball_loss": 0.2, "records": 100.0}},
    }
    assert losses(found, [one, other]) == {"a": pytest.approx(0.125)}


SOURCES = (("large", Path("large.parquet")), ("small", Path("small.parquet")))


def compared(on_all: tuple[float, float], by_basis: tuple[float, float]) -> str:
    """Return the section of two sources whose own models lose 0.1 each, over two seeds."""
    found, every = {}, []
    for seed in (0, 1):
        of: dict[str, list[Pool]] = {
            ALL: [Pool(SOURCES, None, seed)],
            BY_BASIS: [Pool(SOURCES, "total", seed)],
            BY_SOURCE: [Pool((source,), None, seed) for source in SOURCES],
        }
        for shape, pair in ((ALL, on_all), (BY_BASIS, by_basis), (BY_SOURCE, (0.1, 0.1))):
            for pool in of[shape]:
                found[pool] = {
                    name: {"pinball_loss": loss, "records": 10.0}
                    for name, loss in zip(("large", "small"), pair, strict=True)
                    if name in dict(pool.sources)
                }
        every.append(of)
    return section(found, every)


def test_the_page_names_the_shape_in_which_no_source_loses() -> None:
    text = compared(on_all=(0.102, 0.09), by_basis=(0.1004, 0.095))
    assert "| large | 0.1000 | 0.1020 | 1.020 ± 0.000 | 0.1004 | 1.004 ± 0.000 |" in text
    assert "| small | 0.1000 | 0.0900 | 0.900 ± 0.000 | 0.0950 | 0.950 ± 0.000 |" in text
    assert "with **one a pay_basis or one a source** (one model on all: at most 2.0% lost" in text


def test_where_pooling_costs_every_source_something_one_a_source_is_left() -> None:
    text = compared(on_all=(0.11, 0.09), by_basis=(0.1, 0.102))
    assert "with **one a source** (one model on all: at most 10.0% lost, one a pay_basis:" in text


def test_where_nothing_is_lost_the_page_says_so() -> None:
    text = compared(on_all=(0.09, 0.09), by_basis=(0.1, 0.1))
    assert "**one model on all or one a pay_basis or one a source**" in text
    assert "one model on all: none loses" in text


def test_nothing_pooled_is_nothing_told() -> None:
    assert section({}, []) == ""
