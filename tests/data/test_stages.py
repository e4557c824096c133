from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.companies import Company, read_company
from data.errors import SourceError
from data.stages import CARRIED_BACK, Stage, Stages
from data.vocabulary import vocabulary


def make_company(key: str, **fields: object) -> dict[str, Company]:
    return {key: read_company(key, {"name": key.capitalize(), **fields})}


def test_the_nearest_earlier_row_counts() -> None:
    rows = [
        ("Acme", "Seed", date(2018, 1, 1)),
        ("Acme", "Series B", date(2020, 1, 1)),
        ("Acme", "Post-IPO", date(2022, 1, 1)),
    ]
    stages = Stages(rows)
    assert stages.at("Acme", date(2019, 12, 31)) == Stage("seed", inferred=False)
    assert stages.at("ACME, Inc.", date(2020, 1, 1)) == Stage("series_b", inferred=False)
    assert stages.at("Acme", date(2024, 6, 1)) == Stage("public", inferred=False)


@pytest.mark.parametrize(
    ("word", "stage"),
    [("Post-IPO", "public"), ("Acquired", "acquired"), ("Private Equity", "private_equity")],
)
def test_a_lasting_stage_is_carried_back_and_marked_as_inferred(word: str, stage: str) -> None:
    stages = Stages([("Acme", word, date(2020, 1, 1))])
    assert stages.at("Acme", date(2018, 1, 1)) == Stage(stage, inferred=True)


@pytest.mark.parametrize("word", ["Seed", "Series A", "Series H", "Late Stage", "Non-profit"])
def test_any_other_stage_is_not_carried_back(word: str) -> None:
    stages = Stages([("Acme", word, date(2020, 1, 1))])
    assert stages.at("Acme", date(2019, 12, 31)) is None


def test_a_later_listing_is_not_carried_back_over_an_earlier_round() -> None:
    rows = [("Acme", "Series C", date(2020, 1, 1)), ("Acme", "Post-IPO", date(2021, 1, 1))]
    assert Stages(rows).at("Acme", date(2019, 1, 1)) is None


def test_a_company_nobody_knows_has_no_stage() -> None:
    assert Stages().at("Acme Robotics of Nowhere", date(2020, 1, 1)) is None


def test_a_company_is_public_from_its_first_day_of_trading_and_unknown_before() -> None:
    stages = Stages(companies=make_company("acme", public_since=date(2019, 5, 10)))
    assert stages.at("Acme", date(2019, 5, 10)) == Stage("public", inferred=False)
    assert stages.at("Acme", date(2019, 5, 9)) is None


def test_a_listing_whose_first_day_is_unknown_may_be_carried_back() -> None:
    stages = Stages(companies=make_company("acme", public_by=date(1990, 1, 1)))
    assert stages.at("Acme", date(1989, 1, 1)) == Stage("public", inferred=True)


def test_a_row_is_not_carried_back_over_the_known_first_day() -> None:
    known = make_company("acme", public_since=date(2019, 5, 10))
    stages = Stages([("Acme", "Post-IPO", date(2020, 1, 1))], known)
    assert stages.at("Acme", date(2018, 1, 1)) is None


def test_a_listed_company_is_big_tech_only_from_the_day_the_file_says() -> None:
    known = make_company("acme", public_since=date(1999, 1, 4), big_tech_since=date(2023, 5, 30))
    stages = Stages([("Acme", "Post-IPO", date(2024, 1, 1))], known)
    assert stages.at("Acme", date(2023, 5, 29)) == Stage("public", inferred=False)
    assert stages.at("Acme", date(2024, 6, 1)) == Stage("big_tech", inferred=False)


def test_companies_that_go_and_come_back_are_followed() -> None:
    known = make_company(
        "acme",
        public_since=[date(1990, 1, 2), date(2018, 12, 28)],
        private_equity_on=date(2013, 10, 29),
    )
    stages = Stages(companies=known)
    seen = [stages.at("Acme", date(year, 6, 1)) for year in (2000, 2015, 2020)]
    assert [stage and stage.stage for stage in seen] == ["public", "private_equity", "public"]


def test_a_company_that_left_the_exchange_has_no_known_stage() -> None:
    known = make_company("acme", public_since=date(2010, 1, 4), delisted_on=date(2015, 1, 5))
    assert Stages(companies=known).at("Acme", date(2016, 1, 1)) is None


def test_a_partnership_has_always_been_owner_held() -> None:
    stages = Stages(companies=make_company("acme", stage="bootstrapped"))
    assert stages.at("Acme", date(1950, 1, 1)) == Stage("bootstrapped", inferred=False)


def test_an_owner_held_company_that_a_row_saw_bought_is_bought() -> None:
    rows = [("Acme", "Acquired", date(2020, 1, 1))]
    stages = Stages(rows, make_company("acme", stage="bootstrapped"))
    assert stages.at("Acme", date(2019, 1, 1)) == Stage("bootstrapped", inferred=False)
    assert stages.at("Acme", date(2021, 1, 1)) == Stage("acquired", inferred=False)


def test_a_row_counts_only_where_it_takes_the_company_further_than_the_facts() -> None:
    known = make_company("acme", public_since=date(2015, 1, 2))
    rows = [
        ("Acme", "Series D", date(2014, 1, 1)),
        ("Acme", "Series B", date(2016, 1, 1)),
        ("Acme", "Private Equity", date(2018, 1, 1)),
    ]
    stages = Stages(rows, known)
    seen = [stages.at("Acme", date(year, 6, 1)) for year in (2014, 2016, 2018)]
    assert [stage and stage.stage for stage in seen] == ["series_d", "public", "private_equity"]


def test_a_row_that_calls_a_bought_company_listed_is_left_out() -> None:
    known = make_company("acme", public_since=date(2013, 1, 2), acquired_on=date(2022, 10, 27))
    stages = Stages([("Acme", "Post-IPO", date(2023, 1, 5))], known)
    assert stages.at("Acme", date(2023, 6, 1)) == Stage("acquired", inferred=False)


def test_unknown_says_nothing_and_a_word_nobody_knows_is_counted() -> None:
    day = date(2020, 1, 1)
    stages = Stages([("Acme", "Unknown", day), ("Acme", "Zebra", day), ("Apex", "Zebra", day)])
    assert stages.at("Acme", date(2021, 1, 1)) is None
    assert stages.unknown_words == {"Zebra": 2}


def test_the_known_employers_include_the_famous_listings() -> None:
    stages = Stages()
    assert stages.at("Facebook", date(2018, 1, 1)) == Stage("big_tech", inferred=False)
    assert stages.at("LinkedIn", date(2015, 1, 1)) == Stage("public", inferred=False)
    assert stages.at("LinkedIn", date(2018, 1, 1)) == Stage("acquired", inferred=False)
    assert stages.at("Airbnb", date(2018, 1, 1)) == Stage("late_stage", inferred=False)


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_a_table_in_the_format_of_layoffs_fyi_is_read(tmp_path: Path, name: str) -> None:
    rows = pl.DataFrame(
        {
            "Company": ["Acme", "Acme", "Apex", "Apex", None],
            "Stage": ["Seed", "Series A", None, "Post-IPO", "Seed"],
            "Date": ["2020-01-31", "6/21/2022", "2020-01-31", None, "2020-01-31"],
            "Laid_Off": [1, 2, 3, 4, 5],
        }
    )
    path = tmp_path / name
    if path.suffix == ".csv":
        rows.write_csv(path)
    else:
        rows.write_parquet(path)
    stages = Stages.read(path)
    assert stages.at("Acme", date(2021, 1, 1)) == Stage("seed", inferred=False)
    assert stages.at("Acme", date(2023, 1, 1)) == Stage("series_a", inferred=False)
    assert stages.at("Apex", date(2023, 1, 1)) is None


def test_a_table_with_real_days_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pl.DataFrame(
        {"company": ["Acme"], "stage": ["Seed"], "observed_on": [datetime(2020, 1, 31, 12, 0)]}
    ).write_parquet(path)
    assert Stages.read(path).at("Acme", date(2020, 1, 31)) == Stage("seed", inferred=False)


def test_a_table_without_a_stage_column_is_refused_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("company,round,date\nAcme,Seed,2020-01-31\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"rows\.csv: needs .*stage.*found company, round, date"):
        Stages.read(path)


def test_a_day_that_is_none_is_refused_by_row_and_value(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "company,stage,date\nAcme,Seed,2020-01-31\nAcme,Seed,last year\n", encoding="utf-8"
    )
    with pytest.raises(SourceError, match=r"rows\.csv: row 2: date 'last year' is not a day"):
        Stages.read(path)


STAGES = sorted(vocabulary("company_stages"))
DAYS = st.dates(date(2015, 1, 1), date(2025, 1, 1))


@given(st.lists(st.tuples(st.just("Acme"), st.sampled_from(STAGES), DAYS)), DAYS)
def test_a_stage_that_is_not_inferred_was_seen_on_or_before_the_day(
    rows: list[tuple[str, str, date]], day: date
) -> None:
    found = Stages(rows, {}).at("Acme", day)
    earlier = {stage for _, stage, seen in rows if seen <= day}
    if found is None:
        assert not earlier
    elif found.inferred:
        assert not earlier
        assert found.stage in CARRIED_BACK
    else:
        assert found.stage in earlier
