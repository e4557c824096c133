"""A table of one's own: any currency, period, share of full time, and kind of equity."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.errors import SourceError
from data.sources.hr_table import SOURCE, HrTable
from data.sources.mapping import ColumnMapping
from tests.data.reading import assert_same_from_csv, read, read_file, record, rejects


def row(**fields: Any) -> dict[str, Any]:
    return {
        "employee_id": "e1",
        "title": "Senior Data Scientist",
        "location": "Paris",
        "country": "FR",
        "currency": "USD",
        "observed_on": "2026-03-31",
        "base": 90_000,
        **fields,
    }


def test_a_row_of_our_own_columns_is_a_record() -> None:
    found = record(SOURCE, row(skills="Python; SQL", years_experience=7, company_stage="series_b"))
    assert (found["role"], found["seniority"]) == ("data_scientist", "senior")
    assert (found["metro"], found["country"]) == ("paris", "FR")
    assert found["skills"] == ["python", "sql"]
    assert (found["company_stage"], found["stage_inferred"]) == ("series_b", False)
    assert (found["years_experience"], found["observed_on"]) == (7, date(2026, 3, 31))
    assert (found["pay_usd"], found["weight"]) == (90_000, 1)


@pytest.mark.parametrize(
    ("amounts", "basis", "pay_usd"),
    [
        ({}, "base", 90_000),
        ({"bonus": 10_000}, "cash", 100_000),
        ({"bonus": 10_000, "equity": 20_000}, "total", 120_000),
        ({"equity": 0}, "total", 90_000),
        ({"equity_grant": 200_000, "vesting_years": 4}, "total", 140_000),
        ({"total_compensation": 130_000}, "total", 130_000),
        ({"base": None, "posted_low": 80_000, "posted_high": 125_000}, "posted_base", 100_000),
        ({"bonus": 10_000, "pay_basis": "Base"}, "base", 90_000),
    ],
)
def test_the_amounts_say_what_the_pay_counts_unless_it_is_said(
    amounts: dict[str, Any], basis: str, pay_usd: float
) -> None:
    found = record(SOURCE, row(**amounts))
    assert (found["pay_basis"], found["pay_usd"]) == (basis, pytest.approx(pay_usd))


def test_each_row_says_for_itself_what_its_pay_counts() -> None:
    loaded = read(SOURCE, row(), row(employee_id="e2", bonus=5_000.0))
    assert loaded.records["pay_basis"].to_list() == ["base", "cash"]


@pytest.mark.parametrize(
    ("fields", "pay_usd"),
    [
        ({"pay_period": "Hourly", "base": 50}, 104_000),
        ({"pay_period": "per month", "base": 5_000}, 60_000),
        ({"fte_share": 0.8, "base": 80_000}, 100_000),
        ({"fte_share": "80 %", "base": "80,000"}, 100_000),
        ({"base": "$ 90'000.00"}, 90_000),
    ],
)
def test_pay_is_made_a_year_of_full_time(fields: dict[str, Any], pay_usd: float) -> None:
    assert record(SOURCE, row(**fields))["pay_usd"] == pytest.approx(pay_usd)


def test_pay_in_another_currency_is_converted_by_the_rate_of_its_day() -> None:
    found = record(SOURCE, row(currency="eur", observed_on="2021-08-13"))
    assert (found["currency"], found["base"]) == ("EUR", 90_000)
    assert found["pay_usd"] == pytest.approx(90_000 * 1.1765)


@pytest.mark.parametrize("years", [None, 0, -4])
def test_a_grant_that_never_vests_is_rejected(years: float | None) -> None:
    loaded = read(SOURCE, row(), row(equity_grant=100_000, vesting_years=years))
    assert loaded.records.height == 1
    ((at, column, _, rule),) = rejects(loaded)
    assert (at, column) == (2, "vesting_years")
    assert rule == "above 0 where there is an equity_grant"


@pytest.mark.parametrize("header", ["Years experience", "YEARS_EXPERIENCE", " years-experience"])
def test_a_columns_name_may_be_written_in_any_way(header: str) -> None:
    assert record(SOURCE, row(**{header: 7}))["years_experience"] == 7


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(SourceError, match="'Years Experience' and 'Years-experience' are both"):
        read(SOURCE, row(**{"Years Experience": 7, "Years-experience": 8}))


def test_a_metro_is_a_location() -> None:
    found = record(SOURCE, row(location=None, metro="san_francisco_bay_area", country=None))
    assert (found["metro"], found["country"]) == ("san_francisco_bay_area", "US")


def test_a_person_seen_on_two_days_is_one_group() -> None:
    loaded = read(
        SOURCE, row(), row(observed_on="2025-03-31"), row(employee_id="e2"), row(employee_id=None)
    )
    first, again, other, nobody = loaded.records["group_id"]
    assert first == again
    assert len({first, other, nobody}) == 3
    assert "e1" not in first


def test_two_rows_of_one_person_and_day_are_a_repeat() -> None:
    loaded = read(SOURCE, row(), row(base=95_000), row(employee_id="e2"))
    assert loaded.records["record_id"].to_list() == ["table:1", "table:3"]
    assert rejects(loaded) == [(2, "row", "same as row 1", "no repeat of an earlier row")]


def test_a_row_that_repeats_a_rejected_one_counts() -> None:
    loaded = read(SOURCE, row(base=-1), row())
    assert loaded.records["record_id"].to_list() == ["table:2"]


def test_rows_of_nobody_in_particular_are_no_repeats() -> None:
    assert read(SOURCE, row(employee_id=None), row(employee_id=None)).records.height == 2


@pytest.mark.parametrize("column", ["observed_on", "currency"])
def test_a_day_or_a_currency_that_nobody_said_is_not_guessed(column: str) -> None:
    fields = {name: value for name, value in row().items() if name != column}
    assert rejects(read(SOURCE, fields)) == [(1, column, None, "not empty")]


def test_names_and_addresses_are_not_read() -> None:
    loaded = read(SOURCE, row(name="Ada Quill", email="ada@quilldrum.test", salary_note="secret"))
    told = loaded.records.write_json() + loaded.heard.write_json()
    assert not [word for word in ("Ada Quill", "ada@", "secret", "e1") if word in told]


def test_protected_columns_go_to_the_audit_and_nowhere_else() -> None:
    found = record(SOURCE, row(gender="Woman", ethnicity="Basque", age=44))
    assert (found["gender"], found["ethnicity"]) == ("Woman", "Basque")
    assert 44 not in found.values()
    assert SOURCE.protected_among(["Age", "base", "Date of birth"]) == ("Age", "Date of birth")


def test_a_mapping_reads_other_names_and_fills_in_what_is_unsaid() -> None:
    mapping = ColumnMapping(
        columns={"title": "Poste", "base": "Salaire annuel", "years_experience": "Ancienneté"},
        defaults={"currency": "EUR", "observed_on": "2021-08-13", "country": "FR"},
    )
    found = record(
        HrTable(mapping),
        {"Poste": "Data scientist", "Salaire annuel": "85 000,50", "Ancienneté": "3,5"},
    )
    assert found["pay_usd"] == pytest.approx(85_000.5 * 1.1765)
    assert (found["role"], found["country"]) == ("data_scientist", "FR")
    assert found["years_experience"] == 3.5


def test_a_default_stands_in_empty_cells_only() -> None:
    source = HrTable(ColumnMapping(defaults={"country": "DE"}))
    loaded = read(source, row(), row(employee_id="e2", country=None, location=None))
    assert loaded.records["country"].to_list() == ["FR", "DE"]


def test_a_mapped_column_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "pay.csv"
    path.write_text("title,base\nDesigner,1\n")
    source = HrTable(ColumnMapping(columns={"bonus": "Prime"}))
    with pytest.raises(SourceError, match=r"pay\.csv: no column 'Prime' \(for bonus\)"):
        read_file(source, path)


def test_a_reject_names_the_column_as_the_table_does() -> None:
    source = HrTable(ColumnMapping(columns={"base": "Salary"}))
    loaded = read(source, row(Salary="n. b."))
    assert rejects(loaded) == [(1, "Salary", "n. b.", "a number")]


@pytest.mark.parametrize(
    ("header", "missing"),
    [("base,currency", "'title' or 'role'"), ("title,currency", "'total_compensation' or 'base'")],
)
def test_a_table_without_who_or_without_pay_is_refused(
    header: str, missing: str, tmp_path: Path
) -> None:
    path = tmp_path / "pay.csv"
    path.write_text(f"{header}\n1,USD\n")
    with pytest.raises(SourceError, match=f"no column {missing}"):
        read_file(SOURCE, path)


def test_the_same_rows_as_a_csv_say_the_same(tmp_path: Path) -> None:
    assert_same_from_csv(
        SOURCE,
        tmp_path,
        row(skills=["Python", "C++"], company_size="100-499", remote_share=0.5),
        row(employee_id="e2", skills=[], bonus=5_000.25, base=None, total_compensation=1e5),
    )


def test_the_same_rows_as_a_workbook_say_the_same(tmp_path: Path) -> None:
    day = date(2026, 3, 31)
    rows = (row(observed_on=day), row(employee_id="e2", observed_on=day, base=91_000.5))
    pl.DataFrame(rows, strict=False).write_excel(tmp_path / "pay.xlsx")
    assert read_file(SOURCE, tmp_path / "pay.xlsx").records.equals(read(SOURCE, *rows).records)
