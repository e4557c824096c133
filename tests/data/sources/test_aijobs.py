"""ai-jobs.net: the two ends of a range are two rows, neighbours and equal in all but the amount."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.sources.aijobs import SOURCE
from tests.data.reading import assert_same_from_csv, median_usd, read, read_file, record, rejects


def row(salary: object, **fields: Any) -> dict[str, Any]:
    return {
        "work_year": 2024,
        "experience_level": "SE",
        "employment_type": "FT",
        "job_title": "Data Engineer",
        "salary": salary,
        "salary_currency": "USD",
        "salary_in_usd": salary,
        "employee_residence": "US",
        "remote_ratio": 100,
        "company_location": "US",
        "company_size": "M",
        **fields,
    }


def ranges(*rows: dict[str, Any]) -> list[tuple[float | None, float, float]]:
    records = read(SOURCE, *rows).records
    return records.select("posted_low", "posted_high", "weight").rows()


def test_two_neighbours_are_the_ends_of_one_range() -> None:
    found = record(SOURCE, row(180_000), row(120_000))
    assert (found["posted_low"], found["posted_high"]) == (120_000, 180_000)
    assert found["pay_usd"] == pytest.approx(math.sqrt(120_000 * 180_000))
    assert found["pay_basis"] == "posted_base"
    assert found["weight"] == 1
    assert found["record_id"] == "aijobs:1"


def test_the_low_end_may_come_first() -> None:
    assert ranges(row(120_000), row(180_000)) == [(120_000, 180_000, 1)]


def test_ranges_advertised_twice_are_two_records_of_one_group() -> None:
    ends = (row(180_000), row(120_000))
    loaded = read(SOURCE, *ends, *ends, row(190_000), row(120_000))
    assert loaded.rejects.is_empty()
    assert loaded.records["posted_high"].to_list() == [180_000, 180_000, 190_000]
    first, again, other = loaded.records["group_id"]
    assert first == again != other


@pytest.mark.parametrize(
    "other",
    [
        {"job_title": "Data Analyst"},
        {"experience_level": "MI"},
        {"work_year": 2023},
        {"employee_residence": "CA"},
        {"company_location": "CA"},
        {"remote_ratio": 0},
        {"salary_currency": "EUR"},
    ],
)
def test_rows_that_differ_in_more_than_the_amount_are_lone_ends(other: dict[str, Any]) -> None:
    loaded = read(SOURCE, row(180_000), row(120_000, **other))
    assert loaded.records["weight"].to_list() == [0.5, 0.5]
    assert loaded.records["posted_low"].to_list() == [None, None]
    assert loaded.records["pay_usd"][0] == 180_000


def test_the_last_of_three_alike_is_a_lone_end() -> None:
    assert ranges(row(180_000), row(120_000), row(150_000)) == [
        (120_000, 180_000, 1),
        (None, 150_000, 0.5),
    ]


def test_the_rows_on_both_sides_of_a_rejected_one_are_not_a_pair() -> None:
    loaded = read(SOURCE, row(180_000), row("?"), row(250_000), row(200_000))
    assert loaded.records.select("posted_low", "posted_high").rows() == [
        (None, 180_000),
        (200_000, 250_000),
    ]
    assert rejects(loaded)[0] == (2, "salary", "?", "a number")


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(20_000, 400_000), st.sampled_from(["Data Engineer", "Manager"])),
        min_size=1,
        max_size=12,
    )
)
def test_each_row_is_in_one_record(ends: list[tuple[int, str]]) -> None:
    records = read(SOURCE, *(row(salary, job_title=title) for salary, title in ends)).records
    amounts = pl.concat([records["posted_low"], records["posted_high"]]).drop_nulls()
    assert sorted(amounts) == sorted(float(salary) for salary, _ in ends)
    assert records["weight"].to_list() == [
        0.5 if low is None else 1.0 for low in records["posted_low"]
    ]


@pytest.mark.parametrize(
    ("level", "title", "seniority"),
    [
        ("EN", "Data Engineer", "junior"),
        ("MI", "Data Engineer", "mid"),
        ("SE", "Data Engineer", "senior"),
        ("EX", "Data Engineer", "director"),
        ("SE", "Principal Data Engineer", "principal"),
        ("MI", "Principal Data Engineer", "mid"),
        ("EX", "Lead Data Engineer", "director"),
    ],
)
def test_the_title_refines_the_level_within_its_band(
    level: str, title: str, seniority: str
) -> None:
    found = record(
        SOURCE,
        row(9e4, experience_level=level, job_title=title),
        row(8e4)
        | {
            "experience_level": level,
            "job_title": title,
        },
    )
    assert found["seniority"] == seniority


def test_codes_become_words() -> None:
    found = record(SOURCE, row(9e4, employment_type="CT", company_size="L", remote_ratio=50))
    assert found["employment_type"] == "contract"
    assert found["company_size"] == 1000
    assert found["remote_share"] == 0.5


def test_na_is_namibia() -> None:
    assert record(SOURCE, row(30_000, employee_residence="NA"))["country"] == "NA"


@pytest.mark.parametrize(("year", "day"), [(2023, date(2023, 7, 1)), (2025, date(2025, 4, 1))])
def test_a_year_stands_for_the_middle_of_what_was_seen_of_it(year: int, day: date) -> None:
    assert record(SOURCE, row(90_000, work_year=year))["observed_on"] == day


def test_a_year_to_come_is_rejected() -> None:
    loaded = read(SOURCE, row(90_000, work_year=2031))
    assert rejects(loaded) == [(1, "observed_on", "2031-04-01", "not after 2026-06-30")]


def test_an_amount_is_converted_by_the_rate_of_its_day() -> None:
    found = record(SOURCE, row(50_000, salary_currency="GBP", salary_in_usd=1))
    assert (found["currency"], found["posted_high"]) == ("GBP", 50_000)
    assert 60_000 <= found["pay_usd"] <= 67_000


def test_a_currency_without_a_rate_gives_way_to_the_sites_own_conversion() -> None:
    found = record(SOURCE, row(1_500_000, salary_currency="TWD", salary_in_usd=46_000))
    assert (found["currency"], found["posted_high"], found["pay_usd"]) == ("USD", 46_000, 46_000)


def test_a_currency_that_nobody_uses_is_rejected_by_name() -> None:
    assert rejects(read(SOURCE, row(90_000, salary_currency="ZZZ"))) == [
        (1, "currency", "ZZZ", "an ISO 4217 code with an exchange rate for its day")
    ]


def test_the_same_rows_as_a_csv_say_the_same(tmp_path: Path) -> None:
    assert_same_from_csv(
        SOURCE, tmp_path, row(180_000), row(120_000), row(50_000, salary_currency="EUR")
    )


@pytest.mark.real_data
def test_the_real_table_is_nearly_all_pairs(real_data: Path) -> None:
    loaded = read_file(SOURCE, real_data / "aijobs_salaries_2025_06.parquet")
    records = loaded.records
    paired = 2 * records["posted_low"].count() / loaded.rows_read["aijobs"]
    assert paired >= 0.98
    assert loaded.rejected_share <= 0.001
    assert 140_000 <= median_usd(loaded) <= 155_000
    ratio = records.select((pl.col("posted_high") / pl.col("posted_low")).median()).item()
    assert ratio == pytest.approx(1.48, abs=0.02)
    assert records["role"].null_count() / records.height <= 0.01
    assert records["seniority"].null_count() == 0
    assert records["group_id"].n_unique() <= 0.7 * records.height
