"""The official wages, and the drawn people beside them."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.errors import VocabularyError
from data.market.official import NATION, official_wages, wages_by_place
from data.market.wages import wages, with_stand_ins
from data.reference import FOLDER, reference
from data.vocabulary import vocabulary

QUANTILES = ("p10_usd", "p25_usd", "p50_usd", "p75_usd", "p90_usd")


def test_the_table_is_small_and_complete() -> None:
    table = official_wages()
    assert (FOLDER / "oews_2025.csv").stat().st_size < 250_000
    assert table.null_count().sum_horizontal().item() == 0
    assert table.select("soc", "area").is_unique().all()
    for lower, upper in pairwise(QUANTILES):
        assert (table[lower] <= table[upper]).all()


@pytest.mark.real_data
def test_the_table_says_what_was_published(real_data: Path) -> None:
    published = pl.read_parquet(real_data / "oews_2025_tech.parquet").select(
        (pl.col("soc_code").str.slice(0, 2) + "-" + pl.col("soc_code").str.slice(2)).alias("soc"),
        pl.col("area_code").alias("area"),
        *(pl.col(c).cast(pl.Int64) for c in ("employment", *QUANTILES)),
    )
    table = official_wages()
    assert table.join(published, on=table.columns, how="semi").height == table.height


def test_every_area_is_a_place_and_every_us_metro_has_wages() -> None:
    places = set(wages_by_place()["place"])
    metros = {k for k, m in vocabulary("metros").items() if m.attributes["country"] == "US"}
    states = set(reference("market")["official"]["states"].values())
    assert places == metros | states | {NATION}
    # Each area is one place's, the Bay Area's two apart.
    assert wages_by_place().height < official_wages().height


def test_every_role_has_wages_everywhere() -> None:
    socs = {str(role.attributes["soc"]) for role in vocabulary("roles").values()}
    assert socs <= set(wages()["soc"])
    assert wages().null_count().sum_horizontal().item() == 0
    assert (wages().filter(pl.col("place") != NATION)["employment"] > 0).all()


def test_an_occupation_without_wages_is_named() -> None:
    stand_ins = reference("market")["stand_ins"]
    known = wages().filter(~pl.col("soc").is_in(list(stand_ins)))
    fewer = {soc: of for soc, of in stand_ins.items() if soc != "13-2011"}
    with pytest.raises(VocabularyError, match=r"no official wages of 13-2011; add .*stand_ins"):
        with_stand_ins(known, fewer)


def test_a_stand_in_is_another_occupation_times_a_factor() -> None:
    of = reference("market")["stand_ins"]["13-2011"]
    own, like = (wages().filter(pl.col("soc") == soc) for soc in ("13-2011", of["like"]))
    assert np.allclose((own["log_median"] - like["log_median"]).exp(), of["factor"])


def test_the_places_of_an_occupation_average_to_the_nation() -> None:
    nation = wages().filter(pl.col("place") == NATION).select("soc", nation="log_median")
    means = (
        wages()
        .filter(pl.col("place") != NATION)
        .group_by("soc")
        .agg((pl.col("log_median") * pl.col("employment")).sum() / pl.col("employment").sum())
        .join(nation, on="soc")
    )
    assert np.allclose(means["log_median"], means["nation"], atol=1e-9)


def test_people_of_an_occupation_earn_what_the_statistics_say(people: pl.DataFrame) -> None:
    official = official_wages().filter(pl.col("area") == reference("market")["official"]["nation"])
    drawn = (
        people.filter((pl.col("country") == "US") & (pl.col("cohort") == "everyone"))
        .group_by("soc")
        .agg(pl.len(), pl.col("base").median(), spread=_spread("base", 0.9, 0.1))
        .join(official, on="soc")
        .sort("len", descending=True)
        .head(15)
        # [selected] says why only a better paid part of an occupation is drawn.
        .with_columns(
            expected=pl.col("p50_usd")
            * pl.col("soc").replace_strict(reference("market")["selected"], default=1.0),
            official_spread=(pl.col("p90_usd") / pl.col("p10_usd")).log(),
        )
    )
    off = drawn.filter((pl.col("base") / pl.col("expected") - 1).abs() > 0.1)
    assert off.is_empty(), off
    # Sellers of AI at twice the others' pay spread that occupation wider than it is.
    spread = drawn.filter(pl.col("soc") != "41-3091")
    off = spread.filter((pl.col("spread") / pl.col("official_spread") - 1).abs() > 0.25)
    assert off.is_empty(), off


def _spread(column: str, high: float, low: float) -> pl.Expr:
    return (pl.col(column).quantile(high) / pl.col(column).quantile(low)).log()
