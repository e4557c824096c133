"""From a file to records: what is kept, what is rejected and why, what stops the run."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.errors import RejectsError, SourceError
from data.load import Loaded, load, pool, refuse_many_rejects
from data.recognition import Recogniser
from data.record import RECORD_TYPES
from data.sources import source_named, sources
from data.sources.hr_table import SOURCE
from data.stages import Stages
from tests.data.reading import TODAY, read, read_file, rejects


def row(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Data scientist",
        "country": "US",
        "currency": "USD",
        "observed_on": "2026-03-31",
        "base": 150_000.0,
        **fields,
    }


def test_records_have_all_columns_and_their_types() -> None:
    assert read(SOURCE, row()).records.schema == pl.Schema(RECORD_TYPES)


def test_every_row_is_a_record_a_reject_or_without_pay() -> None:
    rows = (row(), row(base=None), row(base=-1.0), row(base="?"), row(observed_on=None), row())
    loaded = read(SOURCE, *rows)
    kept = {int(record_id.split(":")[1]) for record_id in loaded.records["record_id"]}
    rejected = set(loaded.rejects["row"])
    assert (kept, rejected) == ({1, 6}, {3, 4, 5})
    assert loaded.without_pay == {"table": 1}
    assert loaded.rows_read == {"table": 6}
    assert loaded.rejected_share == 3 / 5


@pytest.mark.parametrize(
    ("fields", "column", "value", "rule"),
    [
        ({"base": 1e16}, "pay_usd", "1e+16", "between 1,000 and 20,000,000 USD a year"),
        ({"base": -5.0}, "base", "-5.0", "not negative"),
        ({"base": "a lot"}, "base", "a lot", "a number"),
        ({"bonus": -5.0}, "bonus", "-5.0", "not negative"),
        ({"currency": "XYZ"}, "currency", "XYZ", "an ISO 4217 code with an exchange rate"),
        ({"currency": None}, "currency", None, "not empty"),
        ({"observed_on": "2026-07-01"}, "observed_on", "2026-07-01", "not after 2026-06-30"),
        ({"observed_on": "31.03.2026"}, "observed_on", "31.03.2026", "a day such as 2026-03-31"),
        ({"observed_on": None, "currency": "EUR"}, "observed_on", None, "not empty"),
        ({"pay_period": "per deal"}, "pay_period", "per deal", "one of year, month"),
        ({"pay_basis": "net"}, "pay_basis", "net", "one of total, cash"),
        ({"years_experience": -3}, "years_experience", "-3.0", "between 0 and 70 years"),
        ({"years_experience": 1987}, "years_experience", "1987.0", "between 0 and 70 years"),
        ({"remote_share": 40}, "remote_share", "40.0", "between 0 and 1 (share of working time)"),
        ({"fte_share": 0}, "fte_share", "0.0", "between 0.01 and 1 (share of full time)"),
        ({"company_size": 0}, "company_size", "0.0", "between 1 and 10,000,000 employees"),
        ({"weight": 2}, "weight", "2.0", "between 1e-06 and 1"),
        ({"base": None, "bonus": 5}, "pay_usd", None, "not empty"),
    ],
)
def test_a_bad_row_is_rejected_with_row_column_value_and_rule(
    fields: dict[str, Any], column: str, value: str | None, rule: str
) -> None:
    loaded = read(SOURCE, row(), row(**fields))
    assert loaded.records.height == 1
    ((at, found_column, found_value, found_rule),) = rejects(loaded)
    assert (at, found_column, found_value) == (2, column, value)
    assert found_rule.startswith(rule)


def test_each_broken_rule_of_a_row_is_told() -> None:
    loaded = read(SOURCE, row(years_experience=-3, base=1e16))
    assert [column for _, column, *_ in rejects(loaded)] == ["years_experience", "pay_usd"]


def test_the_newest_day_allowed_is_today() -> None:
    assert read(SOURCE, row(observed_on=TODAY)).records.height == 1
    assert read(SOURCE, row(observed_on=TODAY + timedelta(days=1))).records.height == 0


def test_words_nobody_knows_are_empty_and_told_with_their_rows() -> None:
    loaded = read(SOURCE, row(industry="Alchemy"), row(industry="Alchemy"), row(industry="Finance"))
    assert loaded.records["industry"].to_list()[:2] == [None, None]
    heard = loaded.heard.filter(field="industry").select("given", "id", "rows").rows()
    assert heard == [("Alchemy", None, 2), ("Finance", "finance", 1)]


def test_a_missing_column_is_refused_with_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "pay.csv"
    path.write_text("company,level,title\nQuilldrum,L5,Designer\n")
    with pytest.raises(SourceError, match=r"pay\.csv: no column 'location', .*levels_fyi") as told:
        read_file(source_named("levels_fyi"), path)
    assert "found 'company', 'level', 'title'" in str(told.value)


@pytest.mark.parametrize("name", ["levels_fyi", "aijobs", "ai_job_ads", "exec_sales_ads", "table"])
def test_a_header_alone_is_refused(name: str, tmp_path: Path) -> None:
    source = source_named(name)
    path = tmp_path / "pay.csv"
    columns = (*source.needs, *source.needs_amounts) or ("title", "base")
    path.write_text(",".join(columns) + "\n")
    with pytest.raises(SourceError, match=r"pay\.csv: no rows below the header"):
        read_file(source, path)


def test_lists_where_plain_values_belong_are_refused_by_column(tmp_path: Path) -> None:
    path = tmp_path / "pay.parquet"
    pl.DataFrame([row(title=["Data scientist", "Designer"])]).write_parquet(path)
    with pytest.raises(SourceError, match=r"column 'title' holds List\(String\), not plain"):
        read_file(SOURCE, path)
    pl.DataFrame([row(skills=["SQL"], notes=["a"])]).write_parquet(path)
    assert read_file(SOURCE, path).records["skills"].to_list() == [["sql"]]


def test_a_table_of_rejects_alone_gives_no_records() -> None:
    loaded = read(SOURCE, row(base=-1.0), row(base="?"))
    assert loaded.records.is_empty()
    assert loaded.records.schema == pl.Schema(RECORD_TYPES)
    assert loaded.rejected_share == 1


def test_few_rejects_are_allowed_and_many_stop_the_run_with_their_rules() -> None:
    loaded = read(SOURCE, row(), row(), row(base=-1.0), row(base=-2.0), row(fte_share=9))
    refuse_many_rejects(loaded, 0.6)
    with pytest.raises(RejectsError, match=r"60\.0% .* more than the 5\.0% .*2 x base: not neg"):
        refuse_many_rejects(loaded, 0.05)


def test_rows_without_pay_do_not_stop_the_run() -> None:
    loaded = read(SOURCE, row(), *(row(base=None) for _ in range(9)))
    refuse_many_rejects(loaded, 0.0)
    assert loaded.without_pay == {"table": 9}


def test_sources_are_pooled_one_after_the_other() -> None:
    other = source_named("aijobs")
    advert = {
        "work_year": 2024,
        "experience_level": "SE",
        "employment_type": "FT",
        "job_title": "Data scientist",
        "salary": 150_000,
        "salary_currency": "USD",
        "employee_residence": "US",
        "remote_ratio": 0,
        "company_size": "M",
    }
    pooled = pool([read(SOURCE, row(), row(base=-1.0)), read(other, advert)])
    assert pooled.records["source"].to_list() == ["table", "aijobs"]
    assert pooled.rejects["source"].to_list() == ["table"]
    assert pooled.rows_read == {"table": 2, "aijobs": 1}
    titles = pooled.heard.filter(field="title").select("given", "rows").rows()
    assert titles == [("Data scientist", 3)]


def test_a_pool_of_nothing_is_empty() -> None:
    assert pool([]).records.schema == pl.Schema(RECORD_TYPES)
    assert pool(iter(())).rejected_share == 0


def test_stages_are_looked_up_for_the_day_of_the_record(tmp_path: Path) -> None:
    stages = Stages([("Quilldrum", "Series B", date(2024, 1, 1))])
    path = tmp_path / "pay.csv"
    header = "title,company,currency,base,observed_on\n"
    path.write_text(
        f"{header}Designer,Quilldrum,USD,9e4,2025-01-01\nDesigner,Quilldrum,USD,9e4,2023-01-01\n"
    )
    loaded = load(SOURCE, path, Recogniser(stages), TODAY)
    assert loaded.records["company_stage"].to_list() == ["series_b", None]


def test_a_sources_other_names_are_known_and_others_refused_with_all() -> None:
    assert source_named("levels") is source_named("levels_fyi")
    with pytest.raises(SourceError, match="no source is called 'levls'; there are ai_job_ads, "):
        source_named("levls")


def test_every_source_has_its_own_names() -> None:
    names = [name for source in sources().values() for name in (source.name, *source.other_names)]
    assert len(names) == len(set(names))
    assert {"levels_fyi", "aijobs", "stackoverflow", "ai_job_ads", "exec_sales_ads", "table"} <= {
        *names
    }


@pytest.fixture(scope="module")
def every_source(real_data: Path) -> Loaded:
    stages = Stages.read(real_data / "company_stages.parquet")
    recogniser = Recogniser(stages)
    files = (
        "levels_fyi",
        "aijobs_salaries_2025_06",
        "stackoverflow_2023_us",
        "ai_job_ads_2026_01",
        "exec_sales_ads_2026",
    )
    paths = (real_data / f"{name}.parquet" for name in files)
    return pool(load(source_named(p.stem), p, recogniser, date(2026, 11, 1)) for p in paths)


@pytest.mark.real_data
def test_all_real_tables_pool_into_records_of_their_own(every_source: Loaded) -> None:
    records = every_source.records
    assert records["record_id"].n_unique() == records.height
    assert set(records["pay_basis"]) == {"total", "posted_base"}
    sources_of_a_group = records.group_by("group_id").agg(pl.col("source").n_unique())["source"]
    assert sources_of_a_group.max() == 1
    assert every_source.rejected_share <= 0.01


@pytest.mark.real_data
def test_stages_of_the_real_people_are_mostly_found(every_source: Loaded) -> None:
    people = every_source.records.filter(source="levels_fyi")
    assert people["company_stage"].null_count() / people.height <= 0.4
