"""The Levels.fyi dump: people, their employers' levels, and totals that may be split."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from data.sources.levels_fyi import SOURCE
from tests.data.reading import assert_same_from_csv, median_usd, read, read_file, record, rejects


def row(**fields: Any) -> dict[str, Any]:
    return {
        "timestamp": datetime(2020, 3, 1, 9, 30),
        "company": "Quilldrum",
        "level": "Senior",
        "title": "Software Engineer",
        "totalyearlycompensation": 200_000,
        "location": "Austin, TX",
        "yearsofexperience": 6.0,
        "yearsatcompany": 2.0,
        "tag": "Full Stack",
        "basesalary": 150_000.0,
        "stockgrantvalue": 30_000.0,
        "bonus": 20_000.0,
        "gender": "Female",
        "rowNumber": 1,
        "Race": None,
        "Education": "Master's Degree",
        **fields,
    }


def test_a_row_is_one_persons_total_compensation() -> None:
    found = record(SOURCE, row())
    assert found["pay_usd"] == 200_000
    assert (found["base_usd"], found["bonus_usd"], found["equity_usd"]) == (150_000, 20_000, 30_000)
    assert (found["pay_basis"], found["currency"], found["pay_period"]) == ("total", "USD", "year")
    assert (found["role"], found["seniority"]) == ("software_engineer", "senior")
    assert (found["metro"], found["region"], found["country"]) == ("austin", "US-TX", "US")
    assert (found["years_experience"], found["years_at_company"]) == (6, 2)
    assert found["specialisation"] == "full stack"
    assert found["education"] == "master"
    assert found["observed_on"] == date(2020, 3, 1)


def test_a_split_of_noughts_is_no_split() -> None:
    found = record(SOURCE, row(basesalary=0, stockgrantvalue=0, bonus=0))
    assert found["pay_usd"] == 200_000
    assert (found["base_usd"], found["bonus_usd"], found["equity_usd"]) == (None, None, None)


def test_the_companys_ladder_gives_the_seniority_that_the_title_leaves_open() -> None:
    assert record(SOURCE, row(company="Google", level="L6"))["seniority"] == "staff"


def test_protected_columns_are_kept_for_the_audit_alone() -> None:
    found = record(SOURCE, row(Race="Asian"))
    assert (found["gender"], found["ethnicity"]) == ("Female", "Asian")
    assert SOURCE.protected_among(["Gender", "title", "race"]) == ("Gender", "race")


@pytest.mark.parametrize("stamp", ["3/1/2020 9:30:00", "2020-03-01T09:30:00.000000", "2020-03-01"])
def test_a_timestamp_may_be_text_with_the_month_first(stamp: str) -> None:
    assert record(SOURCE, row(timestamp=stamp))["observed_on"] == date(2020, 3, 1)


def test_a_report_sent_twice_is_rejected_with_the_first_ones_row() -> None:
    loaded = read(SOURCE, row(), row(level="L2"), row(timestamp=datetime(2020, 3, 2), rowNumber=9))
    assert loaded.records["record_id"].to_list() == ["levels_fyi:1", "levels_fyi:2"]
    assert rejects(loaded) == [(3, "row", "same as row 1", "no repeat of an earlier row")]


def test_reports_alike_in_work_and_pay_are_one_group_and_others_are_not() -> None:
    loaded = read(SOURCE, row(), row(gender="Male"), row(yearsatcompany=3), row(bonus=20_001))
    first, alike, later, other = loaded.records["group_id"]
    assert first == alike
    assert len({first, later, other}) == 3
    assert "Quilldrum" not in first


def test_a_number_that_is_none_rejects_its_row_by_name() -> None:
    loaded = read(SOURCE, row(), row(yearsofexperience="many", level="x"))
    assert loaded.records.height == 1
    assert rejects(loaded) == [(2, "yearsofexperience", "many", "a number")]


def test_a_day_that_is_none_rejects_its_row_by_name() -> None:
    loaded = read(SOURCE, row(timestamp="soon"))
    assert (1, "timestamp", "soon", "a day such as 6/7/2017 or 2017-06-07") in rejects(loaded)


def test_the_same_rows_as_a_csv_say_the_same(tmp_path: Path) -> None:
    assert_same_from_csv(SOURCE, tmp_path, row(), row(level=None, bonus=0.5), row(tag="ML / AI"))


@pytest.mark.real_data
def test_the_real_table_is_kept_but_for_repeats(real_data: Path) -> None:
    loaded = read_file(SOURCE, real_data / "levels_fyi.parquet")
    records = loaded.records
    assert records.height / loaded.rows_read["levels_fyi"] >= 0.99
    assert set(loaded.rejects["rule"]) <= {
        "no repeat of an earlier row",
        "between 1,000 and 20,000,000 USD a year",
    }
    assert 170_000 <= median_usd(loaded) <= 200_000
    assert records["base_usd"].null_count() / records.height <= 0.06
    assert records["role"].null_count() == 0
    assert records["seniority"].null_count() / records.height <= 0.3
    assert records["metro"].null_count() / records.height <= 0.05
