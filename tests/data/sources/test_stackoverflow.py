"""Stack Overflow's survey: the published form of all countries, and a table cut from it."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.errors import SourceError
from data.sources.stackoverflow import SOURCE
from tests.data.reading import assert_same_from_csv, median_usd, read, read_file, record, rejects


def cut(**fields: Any) -> dict[str, Any]:
    return {
        "Age": "25-34",
        "Employment": "Employed, full-time",
        "RemoteWork": "Hybrid (some remote, some in-person)",
        "EdLevel": "Bachelor's degree",
        "YearsCodePro": 8.0,
        "DevType": "Developer, back-end",
        "OrgSize": "100-499",
        "Salary": 150_000.0,
        "LanguageHaveWorkedWith": "Python;Rust",
        "DatabaseHaveWorkedWith": "PostgreSQL",
        "ICorPM": "Individual contributor",
        "Industry": "Healthcare",
        **fields,
    }


def published(**fields: Any) -> dict[str, Any]:
    changed = {
        "YearsCodePro": "8",
        "EdLevel": "Bachelor’s degree (B.A., B.S., B.Eng., etc.)",
        "Country": "Germany",
        "Currency": "EUR European Euro",
        "CompTotal": "80000",
        "ConvertedCompYearly": "85000",
    }
    form = {name: value for name, value in cut().items() if name != "Salary"}
    return form | changed | fields


def test_a_row_of_a_cut_table_is_one_developers_total_in_the_united_states() -> None:
    found = record(SOURCE, cut())
    assert (found["pay_usd"], found["pay_basis"], found["country"]) == (150_000, "total", "US")
    assert (found["role"], found["track"]) == ("backend_engineer", "individual")
    assert found["skills"] == ["postgresql", "python", "rust"]
    assert found["company_size"] == pytest.approx((100 * 499) ** 0.5)
    assert (found["years_experience"], found["remote_share"]) == (8, 0.5)
    assert (found["education"], found["industry"]) == ("bachelor", "healthcare")
    assert (found["employment_type"], found["observed_on"]) == ("full_time", date(2023, 5, 15))


def test_a_row_of_the_published_form_is_in_its_own_country_and_currency() -> None:
    found = record(SOURCE, published())
    assert (found["country"], found["currency"]) == ("DE", "EUR")
    assert found["total_compensation"] == 80_000
    assert 84_000 <= found["pay_usd"] <= 90_000
    assert found["education"] == "bachelor"


def test_a_currency_without_a_rate_gives_way_to_the_surveys_own_conversion() -> None:
    found = record(
        SOURCE, published(Country="Ukraine", Currency="UAH\tUkrainian hryvnia", CompTotal="1500000")
    )
    assert (found["currency"], found["pay_usd"]) == ("USD", 85_000)


@pytest.mark.parametrize(
    ("said", "years"), [("Less than 1 year", 0.5), ("More than 50 years", 51), ("12", 12)]
)
def test_years_may_be_an_open_end_of_the_form(said: str, years: float) -> None:
    assert record(SOURCE, published(YearsCodePro=said))["years_experience"] == years


def test_years_that_are_neither_reject_the_row_by_name() -> None:
    loaded = read(SOURCE, published(YearsCodePro="some"))
    assert rejects(loaded) == [(1, "YearsCodePro", "some", "a number of years")]


def test_na_is_no_answer() -> None:
    found = record(
        SOURCE,
        published(
            **dict.fromkeys(
                (
                    "YearsCodePro",
                    "OrgSize",
                    "Industry",
                    "ICorPM",
                    "RemoteWork",
                    "DatabaseHaveWorkedWith",
                ),
                "NA",
            )
        ),
    )
    assert found["years_experience"] is None
    assert found["company_size"] is None
    assert found["remote_share"] is None
    assert found["skills"] == ["python", "rust"]


def test_who_states_no_pay_is_set_aside_and_not_rejected() -> None:
    loaded = read(SOURCE, published(), published(CompTotal="NA", ConvertedCompYearly="NA"))
    assert loaded.records.height == 1
    assert loaded.rejects.is_empty()
    assert loaded.without_pay == {"stackoverflow": 1}
    assert loaded.rejected_share == 0


@pytest.mark.parametrize("salary", [0.0, 1e16])
def test_pay_that_nobody_believes_is_rejected(salary: float) -> None:
    ((row, column, _, rule),) = rejects(read(SOURCE, cut(), cut(Salary=salary)))
    assert (row, column) == (2, "pay_usd")
    assert rule == "between 1,000 and 20,000,000 USD a year"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Employed, full-time;Independent contractor, freelancer, or self-employed", "full_time"),
        ("Independent contractor, freelancer, or self-employed;Employed, part-time", "part_time"),
        ("Independent contractor, freelancer, or self-employed", "freelance"),
        ("Retired", None),
    ],
)
def test_the_main_work_counts(said: str, kind: str | None) -> None:
    assert record(SOURCE, cut(Employment=said))["employment_type"] == kind


@pytest.mark.parametrize(
    ("said", "employees"),
    [
        ("10,000 or more", 10_000 * 10**0.5),
        ("Just me - I am a freelancer, sole proprietor, etc.", 1),
        ("I don’t know", None),
    ],
)
def test_the_organisations_size_is_the_middle_of_its_band(
    said: str, employees: float | None
) -> None:
    found = record(SOURCE, cut(OrgSize=said))["company_size"]
    assert found == (employees and pytest.approx(employees))


def test_a_form_without_pay_is_refused_with_the_columns_it_may_have(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("DevType,YearsCodePro\nDesigner,3\n")
    with pytest.raises(SourceError, match=r"'Salary' \(or 'CompTotal', 'Currency'\)"):
        read_file(SOURCE, path)


def test_the_same_rows_as_a_csv_say_the_same(tmp_path: Path) -> None:
    assert_same_from_csv(SOURCE, tmp_path, cut(), cut(YearsCodePro=0.5, Industry=None))


@pytest.mark.real_data
def test_the_real_table_is_kept_but_for_junk_pay(real_data: Path) -> None:
    loaded = read_file(SOURCE, real_data / "stackoverflow_2023_us.parquet")
    records = loaded.records
    assert loaded.rejected_share <= 0.01
    assert set(loaded.rejects["column"]) == {"pay_usd"}
    assert 140_000 <= median_usd(loaded) <= 160_000
    assert records["role"].null_count() / records.height <= 0.05
    assert records["education"].null_count() / records.height <= 0.01
    heard = loaded.heard.filter(field="skills").group_by(known=pl.col("id").is_not_null())
    rows = dict(heard.agg(pl.col("rows").sum()).iter_rows())
    assert rows[True] / (rows[True] + rows[False]) >= 0.99
