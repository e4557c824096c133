"""The reference market as a source: synthetic, repeatable, valid, and of nobody's gender."""

import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.companies import known_companies
from data.load import Loaded, load_rows
from data.market import CALLED, MARKET, Market, generate
from data.recognition import Recogniser
from data.record import PROTECTED
from data.reference import reference
from data.sources import sources
from data.stages import Stages
from data.vocabulary import vocabulary
from tests.data.market.effects import SURE


def test_the_same_seed_gives_the_same_people() -> None:
    assert generate(2000, seed=7).equals(generate(2000, seed=7))


def test_another_seed_gives_other_people() -> None:
    assert not generate(2000, seed=7).equals(generate(2000, seed=8))


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 300), st.integers(0, 2**32))
def test_any_number_of_people_can_be_had_and_all_are_valid(n: int, seed: int) -> None:
    loaded = load_rows(MARKET, generate(n, seed), Recogniser(Stages()), date(2026, 6, 30))
    assert loaded.records.height == n


def test_every_record_of_the_default_market_is_kept(loaded: Loaded, market: pl.DataFrame) -> None:
    assert loaded.rejects.is_empty()
    assert loaded.records.height == market.height == 40_000


def test_every_word_of_it_is_known(loaded: Loaded) -> None:
    unknown = loaded.heard.filter(pl.col("id").is_null())
    assert unknown.is_empty(), unknown


def test_nobody_has_a_protected_attribute(loaded: Loaded, market: pl.DataFrame) -> None:
    assert not set(PROTECTED) & set(market.columns)
    for name in PROTECTED:
        assert loaded.records[name].null_count() == loaded.records.height


def test_pay_is_total_and_split(loaded: Loaded) -> None:
    records = loaded.records
    assert records["pay_basis"].unique().to_list() == ["total"]
    assert records["source"].unique().to_list() == ["market"]
    total = records.select(pl.sum_horizontal("base_usd", "bonus_usd", "equity_usd")).to_series()
    assert ((records["pay_usd"] - total).abs() < 0.01).all()


def test_it_is_called_synthetic_and_reads_no_file() -> None:
    assert "synthetic" in CALLED
    assert isinstance(MARKET, Market)
    assert MARKET.name not in sources()
    assert MARKET.lacking(generate(1).columns, pay=True) == ()


def test_people_tell_their_pay_all_over_the_last_two_years(people: pl.DataFrame) -> None:
    months = people["observed_on"].dt.truncate("1mo").value_counts()
    assert months.height == 24
    assert months["count"].min() > people.height / 24 / 1.5  # type: ignore[operator]
    assert people["observed_on"].max() == date(2026, 6, 30)


def test_most_work_in_the_united_states_for_companies_without_a_name(people: pl.DataFrame) -> None:
    assert 0.08 < (people["country"] != "US").mean() < 0.16  # type: ignore[operator]
    assert people["company"].null_count() > 0.7 * people.height


def test_the_stage_is_said_but_of_named_companies_whose_stage_is_looked_up(loaded: Loaded) -> None:
    named = loaded.records.filter(pl.col("company").is_not_null())
    assert named["company_stage"].null_count() == 0
    unnamed = loaded.records.filter(pl.col("company").is_null())
    assert 0.05 < unnamed["company_stage"].is_null().mean() < 0.15  # type: ignore[operator]


def test_a_good_third_say_only_what_they_do_for_whom_and_where(market: pl.DataFrame) -> None:
    fields = list(reference("market")["unsaid"]["fields"])
    brief = market.select(pl.all_horizontal(pl.col(fields).is_null())).to_series()
    assert 0.33 < brief.mean() < 0.38  # type: ignore[operator]


def test_what_is_left_unsaid_tells_nothing_of_the_pay(market: pl.DataFrame) -> None:
    total = pl.sum_horizontal("base", "bonus", "equity").log()
    for field in ("seniority", "education", "years_experience"):
        said, unsaid = (
            market.filter(pl.col(field).is_null() == empty).select(total).to_series().to_numpy()
            for empty in (False, True)
        )
        error = math.sqrt(said.var() / len(said) + unsaid.var() / len(unsaid))
        assert abs(said.mean() - unsaid.mean()) < SURE * error, field


def test_people_have_a_few_skills_each_once(people: pl.DataFrame) -> None:
    assert people["skills"].list.len().min() == 2
    assert people["skills"].list.len().max() == 8
    assert (people["skills"].list.n_unique() == people["skills"].list.len()).all()


def test_experience_grows_with_seniority_and_exceeds_tenure(people: pl.DataFrame) -> None:
    years = people.group_by("seniority").agg(pl.col("years_experience").median())
    by_seniority = dict(years.iter_rows())
    ladder = [by_seniority[s] for s in ("intern", "junior", "mid", "senior", "staff", "principal")]
    assert ladder == sorted(ladder)
    assert (people["years_at_company"] <= people["years_experience"]).all()


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("families", None),
        ("roles", "roles"),
        ("seniorities", "seniorities"),
        ("countries", "countries"),
    ],
)
def test_the_assumptions_speak_of_known_words(table: str, name: str | None) -> None:
    families = {str(role.attributes["family"]) for role in vocabulary("roles").values()}
    known = set(vocabulary(name)) if name else families
    assert set(reference("market")[table]) <= known


def test_all_that_is_assumed_of_companies_and_skills_is_known() -> None:
    market = reference("market")
    companies = {company.name for company in known_companies().values()}
    assert {of["name"] for of in market["companies"]} <= companies
    assert {of["stage"] for of in market["employers"].values()} <= set(vocabulary("company_stages"))
    metros = {metro for of in market["companies"] for metro in of["metros"]}
    assert metros | set(market["places"]["ai"]) <= set(vocabulary("metros"))
    skills = set(market["skills"]["premiums"])
    skills |= {skill for pool in market["skills"]["pools"].values() for skill in pool}
    skills |= {skill for of in market["skills"]["roles"].values() for skill in of}
    assert skills <= set(vocabulary("skills"))
    assert {e for of in market["educations"].values() for e in of} <= set(vocabulary("educations"))
