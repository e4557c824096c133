from itertools import chain

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.weights import balanced


def pooled(counts: dict[str, int], weight: float = 1.0) -> pl.DataFrame:
    names = list(chain.from_iterable([name] * n for name, n in counts.items()))
    return pl.DataFrame({"source": names, "weight": [weight] * len(names)})


def shares(records: pl.DataFrame) -> dict[str, float]:
    """Return the share of the whole weight that each source has once balanced."""
    weight = balanced(records)
    of = records.with_columns(weight.alias("weight")).group_by("source").agg(pl.sum("weight"))
    return {name: own / float(weight.sum()) for name, own in of.iter_rows()}


sources = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 60), min_size=2)


@given(sources)
def test_no_source_of_a_pool_weighs_more_than_half(counts: dict[str, int]) -> None:
    assert max(shares(pooled(counts)).values()) <= 0.5 + 1e-9


@given(sources)
def test_no_record_gains_weight_and_none_loses_it_all(counts: dict[str, int]) -> None:
    weight = balanced(pooled(counts, weight=0.5))
    assert (weight <= 0.5).all()
    assert (weight > 0).all()


def test_a_source_that_outweighs_the_others_counts_as_much_as_they_do_together() -> None:
    records = pooled({"large": 900, "small": 60, "tiny": 40})
    assert balanced(records).to_list() == pytest.approx([100 / 900] * 900 + [1.0] * 100)


def test_one_source_alone_keeps_its_weights() -> None:
    assert balanced(pooled({"only": 5}, weight=0.5)).to_list() == [0.5] * 5


def test_sources_of_which_none_outweighs_the_others_keep_their_weights() -> None:
    records = pooled({"a": 50, "b": 30, "c": 20})
    assert balanced(records).to_list() == [1.0] * 100


def test_the_weights_of_records_count_not_their_number() -> None:
    many_light = pooled({"many": 100}, weight=0.1)
    few_heavy = pooled({"few": 30}, weight=1.0)
    weight = balanced(pl.concat([many_light, few_heavy]))
    assert weight[:100].to_list() == [0.1] * 100
    assert float(weight[100:].sum()) == pytest.approx(10)
