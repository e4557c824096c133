"""Advertisements for leaders of sales."""

from pathlib import Path
from typing import Any

import pytest

from data.sources.exec_sales_ads import SOURCE
from tests.data.reading import assert_same_from_csv, median_usd, read, read_file, record, rejects


def row(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Vice President of Sales",
        "company": "Quilldrum",
        "location": "New York, NY, US",
        "date_posted": "2025-12-21",
        "min_amount": 160_000.0,
        "max_amount": 250_000.0,
        "is_remote": False,
        "seniority": "VP",
        "company_industry": "Internet And Software",
        "company_num_employees": "51 to 200",
        "company_stage": "Series C/D",
        "currency": None,
        "interval": None,
        "job_type": None,
        **fields,
    }


def test_a_row_is_an_advertised_range() -> None:
    found = record(SOURCE, row())
    assert found["pay_usd"] == pytest.approx(200_000)
    assert (found["pay_basis"], found["currency"]) == ("posted_base", "USD")
    assert (found["role"], found["seniority"]) == ("sales_executive", "vice_president")
    assert (found["metro"], found["region"]) == ("new_york", "US-NY")
    assert (found["company_stage"], found["industry"]) == ("series_c", "software")
    assert found["company_size"] == pytest.approx((51 * 200) ** 0.5)
    assert found["remote_share"] == 0


def test_pay_a_day_is_made_a_year() -> None:
    found = record(SOURCE, row(interval="daily", min_amount=900.0, max_amount=900.0))
    assert (found["pay_period"], found["pay_usd"]) == ("day", pytest.approx(234_000))


def test_a_small_amount_without_an_interval_is_by_the_hour() -> None:
    found = record(SOURCE, row(min_amount=100.0, max_amount=100.0))
    assert (found["pay_period"], found["pay_usd"]) == ("hour", pytest.approx(208_000))


def test_an_interval_nobody_knows_is_rejected_by_name() -> None:
    ((at, column, value, _),) = rejects(read(SOURCE, row(interval="per deal")))
    assert (at, column, value) == (1, "pay_period", "per deal")


@pytest.mark.parametrize("stage", ["Unknown", None])
def test_a_stage_that_says_nothing_is_empty(stage: str | None) -> None:
    loaded = read(SOURCE, row(company_stage="Seed/Series A"), row(company_stage=stage))
    assert loaded.records["company_stage"].to_list() == ["seed", None]
    assert loaded.heard.filter(field="company_stage")["rows"].sum() == 1


@pytest.mark.parametrize(
    ("said", "seniority"), [("C-Level", "c_level"), ("SVP", "senior_vice_president")]
)
def test_the_boards_seniority_is_taken_at_its_word(said: str, seniority: str) -> None:
    assert record(SOURCE, row(title="Head of Sales", seniority=said))["seniority"] == seniority


def test_an_advert_without_pay_is_set_aside_and_not_rejected() -> None:
    loaded = read(SOURCE, row(), row(min_amount=None, max_amount=None))
    assert (loaded.records.height, loaded.rejects.height) == (1, 0)
    assert loaded.without_pay == {"exec_sales_ads": 1}


def test_the_same_rows_as_a_csv_say_the_same(tmp_path: Path) -> None:
    assert_same_from_csv(SOURCE, tmp_path, row(is_remote=True), row(interval="yearly"))


@pytest.mark.real_data
def test_the_real_table_is_kept_where_it_states_pay(real_data: Path) -> None:
    loaded = read_file(SOURCE, real_data / "exec_sales_ads_2026.parquet")
    records = loaded.records
    assert loaded.rejected_share <= 0.01
    assert loaded.without_pay["exec_sales_ads"] == 408
    assert 180_000 <= median_usd(loaded) <= 210_000
    assert records["seniority"].null_count() / records.height <= 0.05
    assert records["pay_usd"].min() >= 40_000  # type: ignore[operator]
